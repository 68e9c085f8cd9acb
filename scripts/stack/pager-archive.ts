import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Anything that arrived and has a number of its own. */
type Numbered = { readonly id: number };

/** The last of what arrived, newest first, kept in one file of at most twice as many lines. */
export type Archive<T extends Numbered> = {
  readonly nextId: () => number;
  readonly add: (one: T) => void;
  readonly newest: () => readonly T[];
};

/**
 * Opens the archive in `folder`. A line that a crash cut short is left out.
 *
 * @param keep  how many are kept
 * @param name  of its file
 */
export function openArchive<T extends Numbered>(
  folder: string,
  keep: number,
  name = "notifications",
): Archive<T> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  let kept = readLines<T>(path).slice(-keep);
  rewrite(path, kept);
  let lines = kept.length;
  return {
    nextId: () => (kept.at(-1)?.id ?? 0) + 1,
    add(one) {
      kept = [...kept, one].slice(-keep);
      lines += 1;
      if (lines <= keep * 2) return appendFileSync(path, `${JSON.stringify(one)}\n`);
      rewrite(path, kept);
      lines = kept.length;
    },
    newest: () => kept.toReversed(),
  };
}

function readLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as T];
      } catch {
        return [];
      }
    });
}

function rewrite(path: string, all: readonly Numbered[]): void {
  writeFileSync(`${path}.new`, all.map((one) => `${JSON.stringify(one)}\n`).join(""));
  renameSync(`${path}.new`, path);
}
