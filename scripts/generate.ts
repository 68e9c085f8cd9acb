import { fileURLToPath } from "node:url";
import { generatedFiles, generatedFolders } from "./generate/files.ts";
import { findStale, refresh } from "./generate/freshness.ts";

// npm run generate             writes every generated file
// npm run generate -- --check  names the stale ones and exits 1
const root = fileURLToPath(new URL("../", import.meta.url));
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(
      "npm run generate [-- flags]\n\n  --check    write nothing; name the stale files and exit 1\n  --help     this page",
    );
    return 0;
  }
  const unknown = args.find((arg) => arg !== "--check");
  if (unknown !== undefined) {
    console.error(`Unknown argument "${unknown}". Use: npm run generate [-- --check]`);
    return 3;
  }
  const files = generatedFiles();
  const stale = await findStale(root, files, generatedFolders);
  if (!args.includes("--check")) {
    await refresh(root, files, stale);
    console.log(`${Object.keys(files).length} generated files, ${stale.length} changed.`);
    for (const { path } of stale) console.log(`  ${path}`);
    return 0;
  }
  for (const { path, why } of stale) console.error(`stale: ${path} (${why})`);
  if (stale.length > 0) console.error("Run `npm run generate` and commit what changed.");
  else console.log(`${Object.keys(files).length} generated files are fresh.`);
  return stale.length > 0 ? 1 : 0;
}
