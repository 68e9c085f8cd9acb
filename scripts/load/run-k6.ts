import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { prometheusOutput } from "./k6-output.ts";
import { lastErrors } from "./k6-words.ts";
import { BrokenRun, type LoadOptions, shapeScript } from "./options.ts";
import { hasFailed, type Recording, readPoint } from "./recording.ts";

/** A value of a metric in k6's summary: only what its kind has. */
export type K6Metric = {
  readonly type: "counter" | "rate" | "trend" | "gauge";
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
};
type Checks = {
  readonly checks: readonly { readonly name: string; readonly passes: number; readonly fails: number }[];
};

/** What a shape writes by load/lib/summary.ts. */
export type Summary = {
  readonly run: {
    readonly shape: string;
    readonly target: string;
    readonly run_id: string;
    readonly seed: number;
    readonly rate: number;
    readonly duration_seconds: number;
  };
  readonly witness?: { readonly booking_id: string; readonly trace_id: string };
  readonly metrics: Readonly<Record<string, K6Metric>>;
  readonly checks: Checks;
};

/** What k6 itself says. */
export type K6Verdict = "pass" | "fail" | "interrupted";
export type Progress = { readonly requests: number; readonly errors: number };
export type Outcome = { readonly k6: K6Verdict; readonly summary: Summary };

// https://github.com/grafana/k6/blob/master/errext/exitcodes/codes.go
const verdicts: Readonly<Record<number, K6Verdict>> = { 0: "pass", 99: "fail", 105: "interrupted" };

/**
 * Runs a shape with k6: every request goes into the recording while it runs, the summary is read at the end.
 *
 * @throws BrokenRun when k6 ends with anything but 0 (pass), 99 (a threshold was crossed) and 105 (Ctrl-C)
 */
export async function runK6(
  k6: string,
  options: LoadOptions,
  recording: Recording,
  onProgress: (progress: Progress) => void,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-load-"));
  const summaryPath = join(folder, "summary.json");
  try {
    const { code, lastLines } = await execute(k6, options, summaryPath, recording, onProgress);
    const text = await readFile(summaryPath, "utf8").catch(() => undefined);
    const verdict = verdicts[code ?? -1];
    if (verdict === undefined || text === undefined)
      throw new BrokenRun(`k6 broke off (exit ${code}): ${lastLines}`);
    return { k6: verdict, summary: JSON.parse(text) as Summary };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What load/lib/settings.ts reads. */
export function variablesOf(options: LoadOptions): Record<string, string> {
  const { target, runId, seed, rate, durationSeconds, maxRequestRate, traceToken } = options;
  return {
    TARGET: target,
    RUN_ID: runId,
    SEED: String(seed),
    RATE: rate === undefined ? "" : String(rate),
    DURATION: durationSeconds === undefined ? "" : String(durationSeconds),
    MAX_RATE: String(maxRequestRate),
    TRACE_TOKEN: traceToken ?? "",
  };
}

async function execute(
  k6: string,
  options: LoadOptions,
  summaryPath: string,
  recording: Recording,
  onProgress: (progress: Progress) => void,
) {
  const output = prometheusOutput(options);
  const args = ["run", "--quiet", "--no-color", "--no-usage-report", "--features=merge-run-tags"];
  args.push("--out=json=-", ...output.args, shapeScript(options.shape));
  const env = { ...process.env, ...variablesOf(options), SUMMARY: summaryPath, RUNNERS: "", ...output.env };
  // In a group of its own: Ctrl-C reaches it once, from us, and it still writes what it measured. A second one ends it at once.
  const child = spawn(k6, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const pass = onceAtATime((signal) => child.kill(signal));
  const end = () => void child.kill("SIGKILL");
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, pass);
  process.once("exit", end);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-20_000);
  });
  const read = record(createInterface({ input: child.stdout }), recording, onProgress);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    await read;
    return { code, lastLines: lastErrors(said) };
  } finally {
    process.off("exit", end);
    // The second half of a Ctrl-C may come when k6 has ended already; the verdict is still to be written then.
    setTimeout(() => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, pass);
    }, sameSignalMs).unref();
  }
}

const sameSignalMs = 1_000;

/** One Ctrl-C arrives twice: from the terminal, and from the command that started this one. To k6 a second one means "at once". */
function onceAtATime(pass: (signal: NodeJS.Signals) => void): (signal: NodeJS.Signals) => void {
  let passedAt = 0;
  return (signal) => {
    if (Date.now() - passedAt < sameSignalMs) return;
    passedAt = Date.now();
    pass(signal);
  };
}

async function record(
  lines: AsyncIterable<string>,
  recording: Recording,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  let errors = 0;
  for await (const line of lines) {
    const point = readPoint(line);
    if (!point) continue;
    recording.add(point);
    errors += Number(hasFailed(point));
    onProgress({ requests: recording.size, errors });
  }
}
