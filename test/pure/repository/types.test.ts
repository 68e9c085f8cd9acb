import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const wrangler = resolve(root, "node_modules/wrangler/bin/wrangler.js");

it("the types of the bindings are those of wrangler.toml; else run `npm run types`", {
  timeout: 60_000,
}, async () => {
  const args = [wrangler, "types", "src/platform/bindings.d.ts", "--include-runtime=false", "--check"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(stdout).toContain("up to date");
});
