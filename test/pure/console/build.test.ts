import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { consoleKey, ensureConsole, explain } from "../../../scripts/console/build.ts";

const home = resolve(import.meta.dirname, "../../../dashboards/console");
const folder = mkdtempSync(join(tmpdir(), "frontdesk-console-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("The key of a built console", () => {
  const copy = join(folder, "copy");
  cpSync(home, copy, { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
  const key = () => consoleKey(copy);

  it("is the same in another clone", () => expect(key()).toBe(consoleKey()));

  it.each([
    "package-lock.json",
    "vite.config.ts",
    "index.html",
    "src/main.tsx",
    "src/frame/theme.ts",
    "public/favicon.svg",
  ])("changes with %s", (path) => {
    const before = key();
    writeFileSync(join(copy, path), "other");
    expect(key()).not.toBe(before);
  });

  it("changes with a new source, but not with what is installed", () => {
    const before = key();
    mkdirSync(join(copy, "node_modules/x"), { recursive: true });
    writeFileSync(join(copy, "node_modules/x/package.json"), "{}");
    expect(key()).toBe(before);
    writeFileSync(join(copy, "src/new.ts"), "");
    expect(key()).not.toBe(before);
  });
});

it("A console that was built before is taken as it is, without installing or building", async () => {
  const dist = join(folder, `console-${consoleKey()}`);
  mkdirSync(dist);
  writeFileSync(join(dist, "index.html"), "");
  const steps: string[] = [];
  const found = await ensureConsole({ cache: folder, onProgress: ({ step }) => steps.push(step) });
  expect([found, steps]).toEqual([{ dist, built: false }, []]);
});

it("A build that fails says what failed, why, and what to do, in the tool's own words", () => {
  const help = Array.from({ length: 9 }, (_, i) => `npm error   --flag-${i}`);
  const wrongLock = [
    "npm warn Unknown user config",
    "npm error code EUSAGE",
    "npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.",
    "npm error Missing: a@1 from lock file",
  ];
  const told = explain("installing", [...wrongLock, ...help]);
  expect(told).toMatch(/^The console could not be installed .*package-lock\.json does not fit/);
  expect(told).toContain("Missing: a@1 from lock file");
  expect(told).not.toContain("Unknown user config");
  expect(explain("installing", ["npm error connect ECONNREFUSED 127.0.0.1:9"])).toContain(
    "cannot be reached",
  );
  const thrown = ["x is not exported by y", "    at Module.error (file.js:1:2)"];
  expect(explain("building", thrown)).toBe("The console could not be built.\n  x is not exported by y");
});
