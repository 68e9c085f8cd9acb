import { type ChildProcess, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const bootstrap = resolve(import.meta.dirname, "../../../scripts/bootstrap.mjs");
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

const lock = (version: string) => ({
  packages: {
    "": {},
    "node_modules/hono": { version, integrity: `sha512-${version}` },
    "node_modules/fsevents": { version: "1", optional: true },
  },
});
/** What npm ci does to the folder, as far as bootstrap looks. */
const installs = `
  const fs = require("node:fs");
  fs.mkdirSync("node_modules/node/bin", { recursive: true });
  fs.rmSync("node_modules/node/bin/node", { force: true });
  fs.symlinkSync(process.execPath, "node_modules/node/bin/node");
  const { packages } = JSON.parse(fs.readFileSync("package-lock.json"));
  delete packages[""]; delete packages["node_modules/fsevents"];
  fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
  fs.appendFileSync("installs", "x");
`;

/** A clone with one command, \`greet\`, and an npm that does as told. */
function clone(npm: string, greet = "console.log('hello', ...process.argv.slice(2))") {
  const root = mkdtempSync(join(tmpdir(), "frontdesk-clone-"));
  mkdirSync(join(root, "scripts"));
  copyFileSync(bootstrap, join(root, "scripts/bootstrap.mjs"));
  writeFileSync(join(root, "scripts/greet.ts"), greet);
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock("1.0.0")));
  mkdirSync(join(root, "npm"));
  writeFileSync(join(root, "npm/package.json"), '{"type":"commonjs"}');
  writeFileSync(join(root, "npm/npm-cli.js"), npm);
  const launch = (...args: string[]) => {
    const child = spawn(process.execPath, ["scripts/bootstrap.mjs", ...args], {
      cwd: root,
      env: { ...process.env, npm_execpath: join(root, "npm/npm-cli.js") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    return child;
  };
  return { root, launch, run: (...args: string[]) => outcome(launch(...args)) };
}

async function outcome(child: ChildProcess) {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (part) => (text += part));
  const code = await new Promise((done) => child.on("close", (status, signal) => done(signal ?? status)));
  return { code, text };
}

const saying = (child: ChildProcess, what: string) =>
  new Promise<void>((done) => child.stdout?.on("data", (part) => String(part).includes(what) && done()));

describe("A command on a fresh clone", () => {
  it("installs first, then runs with its arguments; the second time it just runs", async () => {
    const { run } = clone(installs);
    const first = await run("greet", "--port", "1");
    expect(first.text).toMatch(/Installing packages.*Packages installed in \d+ s\.\nhello --port 1\n/s);
    expect(await run("greet", "again")).toEqual({ code: 0, text: "hello again\n" });
  });

  it("installs again when the lock file has changed, or an install was broken off", async () => {
    const { root, run } = clone(installs);
    await run("greet");
    writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock("1.0.1")));
    expect((await run("greet")).text).toContain("Packages installed");
    rmSync(join(root, "node_modules/.package-lock.json"));
    expect((await run("greet")).text).toContain("Packages installed");
  });

  const failures = {
    "without network": ["npm error code ENOTFOUND", /registry cannot be reached: check the network/],
    "on a full disk": ["npm error code ENOSPC", /disk is full: free about 1\.5 GB/],
    "where it may not write": ["npm error code EACCES", /is not writable for you/],
    "with a failure nobody knows": [
      "npm error code EODD",
      /npm ci failed\. Its last lines:\n {2}npm error code EODD/,
    ],
  } as const;
  for (const [name, [line, message]] of Object.entries(failures))
    it(`${name} says what to do and what npm said`, async () => {
      const { code, text } = await clone(`console.error("${line}"); process.exit(1)`).run("greet");
      expect([code, text]).toEqual([1, expect.stringMatching(message)]);
      expect(text).toContain(line);
    });

  it("that was installed without install scripts says how to run them", async () => {
    const { root, run } = clone(`${installs} fs.rmSync("node_modules/node", { recursive: true });`);
    expect(await run("greet")).toEqual({ code: 1, text: expect.stringContaining("npm rebuild node") });
    expect(existsSync(join(root, "installs"))).toBe(true);
  });
});

describe("A command", () => {
  const installed = (greet: string) => {
    const made = clone(installs, greet);
    mkdirSync(join(made.root, "node_modules/node/bin"), { recursive: true });
    symlinkSync(process.execPath, join(made.root, "node_modules/node/bin/node"));
    writeFileSync(join(made.root, "node_modules/.package-lock.json"), JSON.stringify(lock("1.0.0")));
    return made;
  };

  it("that is unknown is answered with those that are there", async () => {
    for (const name of ["gret", "../greet", ""]) {
      const { code, text } = await installed("").run(name);
      expect([code, text]).toEqual([1, `Unknown command "${name}". Commands: greet.\n`]);
    }
  });

  it("passes its exit code on", async () => {
    expect((await installed("process.exit(7)").run("greet")).code).toBe(7);
  });

  it("gets the signals that bootstrap gets", async () => {
    const greet =
      "process.on('SIGTERM', () => process.exit(42)); console.log('up'); setInterval(() => {}, 1000)";
    const child = installed(greet).launch("greet");
    const end = outcome(child);
    await saying(child, "up");
    child.kill("SIGTERM");
    expect((await end).code).toBe(42);
  });

  it("learns that bootstrap was killed", async () => {
    const greet =
      "process.on('disconnect', () => { console.log('alone'); process.exit(0) }); console.log('up'); setInterval(() => {}, 1000)";
    const child = installed(greet).launch("greet");
    const end = outcome(child);
    await saying(child, "up");
    child.kill("SIGKILL");
    expect((await end).text).toBe("up\nalone\n");
  });

  it("is ended when npm is killed: npm passes that on to a shell at best", async () => {
    const greet =
      "process.on('SIGTERM', () => { console.log('ended'); process.exit(0) }); console.log('up'); setTimeout(() => {}, 20_000)";
    const { root } = installed(greet);
    const command = `"${process.execPath}" scripts/bootstrap.mjs greet; true`;
    const env = { ...process.env, npm_lifecycle_event: "start" };
    const shell = spawn("sh", ["-c", command], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const end = outcome(shell);
    await saying(shell, "up");
    shell.kill("SIGKILL");
    expect((await end).text).toBe("up\nended\n");
  });
});
