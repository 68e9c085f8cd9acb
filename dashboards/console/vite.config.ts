import { defineConfig } from "vite";

export default defineConfig({
  // Perses' parts look for Node's name of the global object.
  define: { global: "globalThis" },
  esbuild: { jsx: "automatic" },
  build: {
    target: "es2022",
    // What draws charts is one large library; it is loaded from this machine.
    chunkSizeWarningLimit: 3_000,
    reportCompressedSize: false,
    rollupOptions: {
      // Libraries mark parts for servers that render React; here all of it runs in the browser.
      onwarn: (warning, warn) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
