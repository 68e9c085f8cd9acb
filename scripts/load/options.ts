import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Plan,
  planOf,
  requestRateMax,
  type ShapeName,
  secondsOf,
  shapeNames,
  shapes,
} from "../../load/shapes.ts";
import { assumedBurstSeconds } from "../../load/verdict/bursts.ts";
import { readFlags, WrongFlag } from "../flags/read-flags.ts";
import { secretsIn, type Variables } from "../probe/options.ts";
import { dataFolder } from "../stack/data-folder.ts";
import { runningUrl } from "../stack/leftovers.ts";
import { shownSeconds } from "./words.ts";

/** The run could not be made or not be judged; the message says what to do. Exit code 3. */
export class BrokenRun extends Error {}

/** Where the stack keeps what it saw of the run; an address that nobody named is not asked. */
export type Stores = { readonly prometheus: string | undefined; readonly tempo: string | undefined };

export type LoadOptions = {
  readonly shape: ShapeName;
  readonly plan: Plan;
  readonly target: string;
  /** Why this target, when nobody named one. */
  readonly targetIs: string | undefined;
  readonly runId: string;
  readonly seed: number;
  readonly rate: number | undefined;
  readonly durationSeconds: number | undefined;
  /** Requests a second that nothing may exceed. */
  readonly maxRequestRate: number;
  /** What is assumed of bursts until the run shows longer ones. */
  readonly burstSeconds: number;
  /** File that gets the result as JSON. */
  readonly json: string | undefined;
  /** Folder that gets the result in every format. */
  readonly report: string | undefined;
  readonly stores: Stores;
  /** Nothing is run here: file that gets all that runners elsewhere need. */
  readonly archive: string | undefined;
  readonly healthToken: string | undefined;
  readonly traceToken: string | undefined;
};

const scripts = fileURLToPath(new URL("../../load/shapes/", import.meta.url));
const localData = fileURLToPath(new URL("../../.frontdesk", import.meta.url));
/** What the largest plan asks for by itself. */
const maxRateUsual = 300;
const standard = "http://127.0.0.1:8787";

export const usage = `npm run load -- <shape> [flags]

${shapeNames.map((name) => `  ${name.padEnd(12)} ${shapes[name].says} (${shapes[name].rate} visits/s, ${shownSeconds(shapes[name].seconds)})`).join("\n")}

  --target URL      address of the API (the system that runs here, else ${standard})
  --rate N          visits each second; of shapes that change it, the ordinary rate
  --duration S      seconds
  --max-rate N      requests each second that the run never exceeds (${maxRateUsual}); a plan that could is refused
  --seed N          the same seed makes the same choices (1)
  --run-id ID       name of the run and of its tenant (made up)
  --burst S         seconds for which a fault is assumed to last until the run shows longer ones (${assumedBurstSeconds})
  --json FILE       write the result there
  --report FOLDER   write verdict.json, junit.xml and verdict.md, .html and .svg there
  --prometheus URL  hold the client's counts against the SLI's there, and write k6's results to it (of the system that runs here)
  --tempo URL       hold them against the spans there (of the system that runs here)
  --production      yes, the target may be production
  --archive FILE    no run: packs it for the runners of load/distributed/testrun.yaml
  --help            this page

HEALTH_TOKEN and TRACE_TOKEN of the Worker are read from the environment; for the system that runs here they are found.
Exit 0: pass. 1: fail. 2: inconclusive, the run was too short to say. 3: broken, nothing was judged.`;

/**
 * Reads the flags; without --target the Frontdesk that runs in the data folder is taken.
 *
 * @throws BrokenRun for anything that is not understood
 */
export function parseOptions(
  args: readonly string[],
  data: string = localData,
  variables: Variables = process.env,
): LoadOptions {
  const { values, positionals } = parse(args);
  const shape = shapeOf(positionals);
  const folder = dataFolder(data);
  const running = runningUrl(folder, "api");
  const target = targetOf(values.target ?? running ?? standard);
  if (values.archive !== undefined && values.target === undefined)
    throw new BrokenRun("--archive needs a --target: runners elsewhere do not see this machine.");
  const isRunningHere = running !== undefined && target === targetOf(running);
  if (!values.production && looksLikeProduction(target))
    throw new BrokenRun(
      `${target} may be production: its host is neither local nor called staging. Load costs money there; say --production if you mean it.`,
    );
  const [rate, durationSeconds] = [
    wholeNumber("--rate", values.rate),
    wholeNumber("--duration", values.duration),
  ];
  const plan = planOf(shape, rate, durationSeconds);
  const store = (name: "prometheus" | "tempo") =>
    values[name] ?? (isRunningHere ? runningUrl(folder, name) : undefined);
  const known = isRunningHere ? secretsIn(folder.secretsFile) : {};
  const found = running === undefined ? "the standard address; no run is recorded" : "the one that runs here";
  return {
    shape,
    plan,
    target,
    targetIs: values.target === undefined ? found : undefined,
    runId: runIdOf(values["run-id"] ?? `${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`),
    seed: wholeNumber("--seed", values.seed) ?? 1,
    rate,
    durationSeconds,
    maxRequestRate: within(shape, plan, wholeNumber("--max-rate", values["max-rate"]) ?? maxRateUsual),
    burstSeconds: burstOf(values.burst),
    json: values.json,
    report: values.report,
    stores: {
      prometheus: address("prometheus", store("prometheus")),
      tempo: address("tempo", store("tempo")),
    },
    archive: values.archive,
    healthToken: variables.HEALTH_TOKEN || known.HEALTH_TOKEN,
    traceToken: variables.TRACE_TOKEN || known.TRACE_TOKEN,
  };
}

/** Path of a shape's k6 script. */
export function shapeScript(shape: ShapeName): string {
  const path = `${scripts}${shape}.ts`;
  if (!existsSync(path)) throw new BrokenRun(`${path} is missing.`);
  return path;
}

const text = { type: "string" } as const;

function parse(args: readonly string[]) {
  try {
    return readFlags({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ target: text, rate: text, duration: text, "max-rate": text, seed: text, "run-id": text },
        ...{ burst: text, json: text, report: text, archive: text, prometheus: text, tempo: text },
        production: { type: "boolean" },
      } as const,
    });
  } catch (error) {
    if (error instanceof WrongFlag) throw new BrokenRun(error.message);
    throw error;
  }
}

function shapeOf([shape, ...rest]: readonly string[]): ShapeName {
  const known = shapeNames.join(", ");
  if (!shape || rest.length > 0)
    throw new BrokenRun(`Name one shape: ${known}. Example: npm run load -- smoke (or --help).`);
  const found = shapeNames.find((name) => name === shape);
  if (!found) throw new BrokenRun(`Unknown shape "${shape}". Shapes: ${known}`);
  return found;
}

function targetOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new BrokenRun(`--target "${value}" is not an http(s) URL, e.g. http://127.0.0.1:8787`);
  return url.origin;
}

/** A host is harmless when it is this machine or names staging; of anything else nobody can know. */
export function looksLikeProduction(target: string): boolean {
  const { hostname } = new URL(target);
  const isLocal = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return !isLocal && !/(^|[.-])staging([.-]|$)/.test(hostname);
}

function address(flag: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new BrokenRun(`--${flag} "${value}" is not an http(s) URL, e.g. http://127.0.0.1:9090`);
  return value.replace(/\/+$/, "");
}

function within(shape: ShapeName, plan: Plan, maxRequestRate: number): number {
  const most = requestRateMax(shape, plan);
  if (most > maxRequestRate)
    throw new BrokenRun(
      `This plan may ask for ${most} requests each second for ${shownSeconds(secondsOf(plan))}; allowed are ${maxRequestRate}. Lower --rate, or raise --max-rate.`,
    );
  return maxRequestRate;
}

function runIdOf(value: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,32}[a-z0-9])?$/.test(value))
    throw new BrokenRun("--run-id takes 1 to 34 lower-case letters, digits and inner hyphens.");
  return value;
}

function wholeNumber(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new BrokenRun(
      `${flag} takes a whole number${flag === "--duration" ? " of seconds" : ""} from 1, not "${value}".`,
    );
  return Number(value);
}

function burstOf(value: string | undefined): number {
  if (value === undefined) return assumedBurstSeconds;
  const seconds = /^\d{1,3}(\.\d{1,3})?$/.test(value) ? Number(value) : Number.NaN;
  if (!(seconds <= 600))
    throw new BrokenRun(`--burst takes seconds from 0 to 600, e.g. 0.5, not "${value}".`);
  return seconds;
}
