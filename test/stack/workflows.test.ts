import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { ensureTool } from "../../scripts/stack/build.ts";

const folder = resolve(import.meta.dirname, "../../.github/workflows");
const texts = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
);

let actionlint: string;
beforeAll(async () => {
  actionlint = (await ensureTool("actionlint")).binaries.actionlint ?? "";
}, 600_000);

/** What it has to say; nothing of a shell or Python checker that this machine may have. */
const lint = (text: string) =>
  new Promise<{ code: unknown; said: string }>((done) => {
    const args = ["-no-color", "-oneline", "-shellcheck=", "-pyflakes=", "-stdin-filename=workflow.yml", "-"];
    const child = execFile(actionlint, args, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, said: stdout + stderr }),
    );
    child.stdin?.end(text);
  });

for (const [name, text] of Object.entries(texts))
  it(`actionlint has nothing to say about ${name}`, async () =>
    expect(await lint(text)).toEqual({ code: 0, said: "" }));

it.each([
  ["test.yml", "a key that is none", "runs-on:", "runs_on:", /unexpected key "runs_on"/],
  ["test.yml", "a runner that nobody has", "ubuntu-24.04", "ubuntu-24.05", /label "ubuntu-24.05" is unknown/],
  ["load.yml", "an hour that no day has", "17 2 * * *", "17 25 * * *", /invalid CRON format/],
  [
    "load.yml",
    "an input that is not asked for",
    "inputs.duration",
    "inputs.seconds",
    /"seconds" is not defined/,
  ],
  [
    "load.yml",
    "a context that does not exist",
    "secrets.STAGING_URL",
    "secret.STAGING_URL",
    /undefined variable "secret"/,
  ],
  ["load.yml", "a permission that is none", "contents: read", "contents: reads", /"reads" is invalid/],
])("actionlint finds in %s %s", async (name, _what, from, to, says) => {
  expect(texts[name]).toContain(from);
  const { code, said } = await lint((texts[name] ?? "").replaceAll(from, to));
  expect(code).toBe(1);
  expect(said).toMatch(says);
});
