import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Notification } from "./pager-notification.ts";

/** The last notifications, newest first, kept in one file of at most twice as many lines. */
export type Archive = {
  readonly nextId: () => number;
  readonly add: (notification: Notification) => void;
  readonly newest: () => readonly Notification[];
};

/**
 * Opens the archive in `folder`. A line that a crash cut short is left out.
 *
 * @param keep  notifications kept
 */
export function openArchive(folder: string, keep: number): Archive {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "notifications.jsonl");
  let kept = readLines(path).slice(-keep);
  rewrite(path, kept);
  let lines = kept.length;
  return {
    nextId: () => (kept.at(-1)?.id ?? 0) + 1,
    add(notification) {
      kept = [...kept, notification].slice(-keep);
      lines += 1;
      if (lines <= keep * 2) return appendFileSync(path, `${JSON.stringify(notification)}\n`);
      rewrite(path, kept);
      lines = kept.length;
    },
    newest: () => kept.toReversed(),
  };
}

function readLines(path: string): Notification[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Notification];
      } catch {
        return [];
      }
    });
}

function rewrite(path: string, notifications: readonly Notification[]): void {
  writeFileSync(
    `${path}.new`,
    notifications.map((notification) => `${JSON.stringify(notification)}\n`).join(""),
  );
  renameSync(`${path}.new`, path);
}
