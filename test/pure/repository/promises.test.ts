import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json")) as Record<
  "scripts" | "dependencies" | "devDependencies",
  Record<string, string>
>;
const markdown = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));

describe("package.json", () => {
  const commands = Object.keys(manifest.scripts);
  it("lists at most 18 commands", () => expect(commands.length).toBeLessThanOrEqual(18));
  it("has one line in CONTRIBUTING for each command, and no line for another", () => {
    const explained = [...read("CONTRIBUTING.md").matchAll(/^\| `npm (?:run )?([a-z:]+)/gm)].map(
      (row) => row[1],
    );
    expect(explained.sort()).toEqual([...commands].sort());
  });
  it("pins every version exactly", () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
  it("agrees with the lock file", () => {
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, typeof manifest> };
    expect(lock.packages[""]?.dependencies).toEqual(manifest.dependencies);
    expect(lock.packages[""]?.devDependencies).toEqual(manifest.devDependencies);
  });
});

describe("the floor plan", () => {
  const topLevel =
    "src telemetry dashboards alerts load migrations test scripts docs wrangler.toml package.json";
  for (const name of topLevel.split(" "))
    it(`has ${name}`, () => expect(existsSync(join(root, name))).toBe(true));
  it(".ci/run calls exactly npm test", () =>
    expect(
      read(".ci/run")
        .split("\n")
        .filter((line) => /npm|node|npx/.test(line)),
    ).toEqual(["npm test"]));
});

describe("the documents", () => {
  it("have links that lead somewhere", () => {
    const dead = markdown.flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)/g)]
        .filter((link) => !existsSync(join(root, dirname(path), link[1] as string)))
        .map((link) => `${path} → ${link[1]}`),
    );
    expect(dead).toEqual([]);
  });
  it("name no machine path and no package registry", () => {
    const named = markdown.filter((path) =>
      /\/work\/|\/root\/|proxy\.golang\.org|registry\.npmjs\.org/.test(read(path)),
    );
    expect(named).toEqual([]);
  });
  it("are one screen each in the README and the rooms' READMEs", () => {
    const long = markdown.filter((path) => /README\.md$/.test(path) && read(path).split("\n").length > 80);
    expect(long).toEqual([]);
  });
});
