import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export const chromiumNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
] as const;

/** The browser of this machine, by the names that it has on the PATH: none is ever downloaded. */
export function findChromium(path = process.env.PATH ?? ""): string | undefined {
  const candidates = chromiumNames.flatMap((name) =>
    path.split(delimiter).map((folder) => join(folder, name)),
  );
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Without these it calls its maker's hosts by itself; no sandbox, because root has none. */
export const chromiumArguments = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
