import { defineConfig, type Plugin } from "vite";

/** Perses gives the names of spans a quarter of the width and has no setting for it; ours are long. The divider still moves it. */
function widerSpanNames(): Plugin {
  const [given, wanted] = ["useState(0.25)", "useState(0.42)"];
  let isDone = false;
  return {
    name: "wider-span-names",
    transform(code, id) {
      if (!/tracing-gantt-chart-plugin\/.*\/GanttTable\.js$/.test(id) || !code.includes(given)) return null;
      isDone = true;
      return { code: code.replace(given, wanted), map: null };
    },
    buildEnd(error) {
      if (!error && !isDone) this.error("Perses' Gantt has changed: look where its names get their width");
    },
  };
}

export default defineConfig({
  plugins: [widerSpanNames()],
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
