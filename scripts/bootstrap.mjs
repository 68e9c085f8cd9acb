// Runs under any Node ≥ 20 before anything is installed: plain JavaScript, no packages.
// node scripts/bootstrap.mjs <command> [args] → installs what is missing, then runs scripts/<command>.ts on the pinned Node.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const node = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

async function main([command = "", ...args]) {
  if (Number(process.versions.node.split(".")[0]) < 20)
    fail(`Frontdesk needs Node 20 or newer, this is ${process.version}. Get one from https://nodejs.org/.`);
  if (process.platform === "win32")
    fail("Frontdesk runs on Linux and macOS. On Windows, clone and start it inside WSL.");
  const script = join(root, "scripts", `${command}.ts`);
  if (!/^[a-z][a-z0-9-]*$/.test(command) || !existsSync(script))
    fail(`Unknown command "${command}". Commands: ${commands().join(", ")}.`);
  if (!isInstalled()) await install();
  if (!existsSync(node))
    fail(
      "npm did not run the install script of the package `node`. Run `npm rebuild node`, then try again.\n" +
        "(An npm setting like ignore-scripts=true prevents it.)",
    );
  await run(script, args);
}

function commands() {
  return readdirSync(join(root, "scripts"))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -3));
}

/** npm writes node_modules/.package-lock.json last, so a broken-off install never looks complete. */
function isInstalled() {
  const wanted = packagesIn("package-lock.json");
  const present = packagesIn("node_modules/.package-lock.json");
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = present[path];
    return found
      ? found.version === entry.version && found.integrity === entry.integrity
      : entry.optional === true;
  });
}

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function install() {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const say = (text) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  say("Installing packages (npm ci, about half a minute) …");
  const ticks = setInterval(
    () => say(`Installing packages … ${seconds()} s`),
    process.stderr.isTTY ? 1000 : 10_000,
  );
  const { code, lines } = await npmCi();
  clearInterval(ticks);
  if (code !== 0) {
    say("");
    fail(explain(lines));
  }
  say(`Packages installed in ${seconds()} s.${process.stderr.isTTY ? "\n" : ""}`);
}

function npmCi() {
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--progress=false"];
  // npm_execpath names the npm that runs us; it is a script, or missing when bootstrap was called by hand.
  const npm = process.env.npm_execpath?.endsWith("npm-cli.js")
    ? [process.execPath, process.env.npm_execpath]
    : ["npm"];
  return new Promise((resolve) => {
    const lines = [];
    const child = spawn(npm[0], [...npm.slice(1), ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream
        .setEncoding("utf8")
        .on("data", (text) => lines.push(...text.split("\n").filter((line) => line.trim())));
    child.on("error", (error) => resolve({ code: 1, lines: [error.message] }));
    child.on("close", (code) => resolve({ code: code ?? 1, lines }));
  });
}

const explanations = [
  [/ENOSPC|no space left/i, "The disk is full: free about 1.5 GB, then try again."],
  [
    /EACCES|EPERM/,
    `The folder ${root} is not writable for you: change its owner, or clone into a folder of yours.`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i,
    "The package registry cannot be reached: check the network (and npm's proxy and registry settings), then try again.",
  ],
  [/spawn npm ENOENT/, "npm was not found: it comes with Node, check the PATH."],
];

function explain(lines) {
  const known = explanations.find(([sign]) => lines.some((line) => sign.test(line)));
  const head = known ? known[1] : "npm ci failed. Its last lines:";
  return [head, ...lines.slice(-8).map((line) => `  ${line}`)].join("\n");
}

/** The child keeps the terminal. The IPC channel tells it when this process is killed without a chance to pass that on. */
async function run(script, args) {
  const child = spawn(node, [script, ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}` },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
    process.on(signal, () => child.kill(signal));
  whenNpmIsGone(() => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`${node} cannot be started: ${error.message}`));
  const [code, signal] = await new Promise((resolve) => child.on("exit", (...end) => resolve(end)));
  process.exit(code ?? 128 + (constants.signals[signal] ?? 1));
}

/** npm does not pass on the signal that ends it: `kill` of `npm start` would leave everything running. */
function whenNpmIsGone(end) {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const npm = [shell, parentOf(shell)].find((pid) => pid > 1 && /\bnpm\b/.test(commandOf(pid)));
  const timer = setInterval(() => {
    if (process.ppid === shell && (npm === undefined || isThere(npm))) return;
    clearInterval(timer);
    end();
  }, 300);
  timer.unref();
}

const parentOf = (pid) => Number(ask("ppid=", pid)) || 0;
/** Not the shell that runs the script: its text may name npm, too. */
const commandOf = (pid) => ask("args=", pid).replace(/^\S*sh -c .*/s, "");

function ask(column, pid) {
  const { stdout } = spawnSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" });
  return (stdout ?? "").trim();
}

function isThere(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

await main(process.argv.slice(2));
