import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-killed-"));
const repository = join(folder, "repository");
const git = (...args: string[]) => execFileSync("git", args, { cwd: repository, encoding: "utf8" });
const release = resolve(import.meta.dirname, "../../../scripts/gate/release.ts");
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** A comparison that has checked its release out, and waits. */
async function comparing(name: string) {
  const part = join(folder, `frontdesk-gate-${name}`, "candidate");
  mkdirSync(part, { recursive: true });
  const script = `import { checkOut } from ${JSON.stringify(release)};
    await checkOut("HEAD", ${JSON.stringify(part)}, ${JSON.stringify(repository)});
    process.stdout.write("ready"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data");
  expect(existsSync(join(part, "tree/package-lock.json"))).toBe(true);
  return async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = (await once(child, "exit")) as [number | null];
    return code;
  };
}
const trees = () =>
  git("worktree", "list")
    .split("\n")
    .flatMap((line) => /frontdesk-(?:gate-)?(\w+)\/candidate\/tree|\/(mine) /.exec(line)?.slice(1) ?? [])
    .filter(Boolean);

it("a comparison that is killed leaves no work tree, and the next one removes what it could not", async () => {
  mkdirSync(repository);
  git("init", "--quiet");
  writeFileSync(join(repository, "package-lock.json"), "{}");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "One");
  git("worktree", "add", "--quiet", "--detach", join(folder, "mine"));
  git("worktree", "lock", "--reason", "frontdesk", join(folder, "mine"));

  const [interrupted, ended, closed] = await Promise.all(["int", "term", "hup"].map(comparing));
  const alive = await comparing("alive");
  const crashed = await comparing("crashed");
  expect(await Promise.all([interrupted?.("SIGINT"), ended?.("SIGTERM"), closed?.("SIGHUP")])).toEqual([
    130, 143, 129,
  ]);
  await crashed("SIGKILL");
  expect(trees().sort()).toEqual(["alive", "crashed", "mine"]);
  const next = await comparing("next");
  expect(trees().sort()).toEqual(["alive", "mine", "next"]);
  expect(readdirSync(folder)).not.toContain("frontdesk-gate-crashed");
  await Promise.all([alive("SIGTERM"), next("SIGTERM")]);
  expect(trees()).toEqual(["mine"]);
});
