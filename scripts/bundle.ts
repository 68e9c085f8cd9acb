/** `npm run bundle`: bundles the Worker for every environment without deploying it, and prints what each weighs. */
import { bundle, environments } from "./bundle/dry-run.ts";

let broken = false;
for (const environment of environments) {
  const result = await bundle(environment);
  if (result.outcome === "failed") {
    broken = true;
    console.error(`✗ ${environment}: ${result.message}`);
    continue;
  }
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  console.log(`✓ ${environment}: ${kib(result.bytes)}, ${kib(result.gzipBytes)} gzipped`);
}
process.exitCode = broken ? 1 : 0;
