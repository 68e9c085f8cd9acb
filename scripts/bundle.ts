/** `npm run bundle`: bundles the Worker for every environment without deploying it, and prints what each weighs. */
import { bundle, environments } from "./bundle/dry-run.ts";
import { readFlags, WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";

const usage = `npm run bundle [-- --help]

Bundles the Worker for ${environments.join(", ")} without deploying it, and prints what each weighs.
Exit 0: all were bundled. Exit 1: one was not; its line says why.`;

process.exitCode = await runCommand(usage, [WrongFlag], main);

async function main(args: readonly string[]): Promise<number> {
  readFlags({ args: [...args], options: {} });
  let broken = false;
  for (const environment of environments) {
    const result = await bundle(environment);
    if (result.outcome === "failed") {
      broken = true;
      console.error(`✗ ${environment}: ${result.message}`);
    } else console.log(`✓ ${environment}: ${kib(result.bytes)}, ${kib(result.gzipBytes)} gzipped`);
  }
  return broken ? 1 : 0;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
