/** A step of `npm run check`: compiles the console, a package of its own, where its packages are installed. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { isInstalled } from "./build.ts";

const root = resolve(import.meta.dirname, "../..");
if (isInstalled()) {
  const tsc = resolve(root, "node_modules/typescript/bin/tsc");
  const args = ["-p", "dashboards/console/tsconfig.json"];
  process.exitCode = spawnSync(process.execPath, [tsc, ...args], { cwd: root, stdio: "inherit" }).status ?? 1;
} else {
  console.error("The console was not compiled: `npm ci` in dashboards/console installs what that needs.");
}
