import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { atEnd } from "./at-end.ts";

/** Name of the folder that all of a comparison lies in begins so; a work tree is two folders below it. */
export const scratchPrefix = "frontdesk-gate-";
/** The reason for which a work tree is locked says whose it is. */
const reasonOf = (pid: number) => `frontdesk compares releases in process ${pid}`;
const ours = /^locked frontdesk compares releases in process (\d+)$/m;

/**
 * Checks a commit out into a folder of its own, which does not outlive this process.
 *
 * @returns removes it
 */
export function addWorkTree(repository: string, tree: string, commit: string): () => void {
  const remove = () => removeWorkTree(repository, tree);
  const forget = atEnd(remove);
  // They are waited for: a signal meanwhile is heard when there is something that can be removed.
  git(repository, "worktree", "add", "--detach", tree, commit);
  git(repository, "worktree", "lock", "--reason", reasonOf(process.pid), tree);
  return () => {
    forget();
    remove();
  };
}

/** Removes what processes left that were killed too hard to do it themselves. */
export function pruneWorkTrees(repository: string): void {
  for (const entry of git(repository, "worktree", "list", "--porcelain").split("\n\n")) {
    const [tree, pid] = [/^worktree (.+)$/m.exec(entry)?.[1], Number(ours.exec(entry)?.[1])];
    if (tree === undefined || !(pid > 0) || isRunning(pid)) continue;
    removeWorkTree(repository, tree);
    const scratch = dirname(dirname(tree));
    if (basename(scratch).startsWith(scratchPrefix)) rmSync(scratch, { recursive: true, force: true });
  }
}

function removeWorkTree(repository: string, tree: string): void {
  try {
    // Twice, because it is locked.
    git(repository, "worktree", "remove", "--force", "--force", tree);
  } catch {
    // It was never made, or somebody else was faster.
  }
}

const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
