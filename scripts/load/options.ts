import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readFlags, WrongFlag } from "../flags/read-flags.ts";
import { dataFolder } from "../stack/data-folder.ts";
import { runningUrl } from "../stack/leftovers.ts";

/** The run could not be made or not be judged; the message says what to do. Exit code 3. */
export class BrokenRun extends Error {}

export type LoadOptions = {
  readonly shape: string;
  readonly target: string;
  /** Why this target, when nobody named one. */
  readonly targetIs: string | undefined;
  readonly runId: string;
  readonly seed: number;
  readonly rate: number | undefined;
  readonly durationSeconds: number | undefined;
  /** File that gets the JSON summary. */
  readonly json: string | undefined;
};

const shapes = fileURLToPath(new URL("../../load/shapes/", import.meta.url));
export const usage = `npm run load -- <shape> [flags]

  --target URL      address of the API (the system that runs here, else http://127.0.0.1:8787)
  --rate N          visits each second
  --duration S      seconds
  --seed N          the same seed makes the same choices (1)
  --run-id ID       name of the run and of its tenant (made up)
  --json FILE       write the whole summary there
  --help            this page

Shapes: ${shapeNames().join(", ")}`;
const standard = "http://127.0.0.1:8787";

/**
 * Reads the flags; without --target the Frontdesk that runs in the data folder is taken.
 *
 * @throws BrokenRun for anything that is not understood
 */
export function parseOptions(
  args: readonly string[],
  data = fileURLToPath(new URL("../../.frontdesk", import.meta.url)),
): LoadOptions {
  const { values, positionals } = parse(args);
  const known = shapeNames();
  const [shape, ...rest] = positionals;
  if (!shape || rest.length > 0)
    throw new BrokenRun(`Name one shape: ${known.join(", ")}. Example: npm run load -- smoke (or --help).`);
  if (!known.includes(shape)) throw new BrokenRun(`Unknown shape "${shape}". Shapes: ${known.join(", ")}`);
  const running = values.target === undefined ? runningUrl(dataFolder(data), "api") : undefined;
  const found = running === undefined ? "the standard address; no run is recorded" : "the one that runs here";
  return {
    shape,
    target: targetOf(values.target ?? running ?? standard),
    targetIs: values.target === undefined ? found : undefined,
    runId: runIdOf(values["run-id"] ?? `${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`),
    seed: wholeNumber("--seed", values.seed) ?? 1,
    rate: wholeNumber("--rate", values.rate),
    durationSeconds: wholeNumber("--duration", values.duration),
    json: values.json,
  };
}

/** Path of a shape's k6 script. */
export function shapeScript(shape: string): string {
  const path = `${shapes}${shape}.ts`;
  if (!existsSync(path)) throw new BrokenRun(`${path} is missing.`);
  return path;
}

const text = { type: "string" } as const;

function parse(args: readonly string[]) {
  try {
    return readFlags({
      args: [...args],
      allowPositionals: true,
      options: { target: text, rate: text, duration: text, seed: text, "run-id": text, json: text },
    });
  } catch (error) {
    if (error instanceof WrongFlag) throw new BrokenRun(error.message);
    throw error;
  }
}

function shapeNames(): string[] {
  return readdirSync(shapes).map((name) => name.replace(/\.ts$/, ""));
}

function targetOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new BrokenRun(`--target "${value}" is not an http(s) URL, e.g. http://127.0.0.1:8787`);
  return url.origin;
}

function runIdOf(value: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,32}[a-z0-9])?$/.test(value))
    throw new BrokenRun("--run-id takes 1 to 34 lower-case letters, digits and inner hyphens.");
  return value;
}

function wholeNumber(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new BrokenRun(`${flag} takes a whole number from 1, not "${value}".`);
  return Number(value);
}
