import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { secondsOf } from "../../load/shapes.ts";
import { prometheusOutput } from "./k6-output.ts";
import { lastErrors } from "./k6-words.ts";
import { BrokenRun, type LoadOptions, shapeScript } from "./options.ts";
import { hasFailed, type Recording, readPoint } from "./recording.ts";
import type { Stop } from "./stop.ts";

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
export type Outcome = {
  readonly k6: K6Verdict;
  readonly summary: Summary;
  /** Epoch milliseconds at which k6 was started, and at which Ctrl-C came. */
  readonly startedMs: number;
  readonly stoppedMs: number | undefined;
};

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
  stop: Stop,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-load-"));
  const summaryPath = join(folder, "summary.json");
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const startedMs = Date.now();
    const { code, lastLines } = await execute(k6, options, summaryPath, recording, onProgress, stop);
    const text = await readFile(summaryPath, "utf8").catch(() => undefined);
    const times = { startedMs, stoppedMs: stop.at };
    // Before k6 knows what to do about a signal, it ends without a word.
    if (text === undefined && stop.at !== undefined)
      return { k6: "interrupted", summary: summaryOfNothing(options, recording), ...times };
    const verdict = verdicts[code ?? -1];
    if (verdict === undefined || text === undefined)
      throw new BrokenRun(`k6 broke off (exit ${code}): ${lastLines}`);
    return { k6: verdict, summary: JSON.parse(text) as Summary, ...times };
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.off("exit", remove);
  }
}

function summaryOfNothing({ shape, plan, target, runId, seed }: LoadOptions, { size }: Recording): Summary {
  return {
    run: { shape, target, run_id: runId, seed, rate: plan.start, duration_seconds: secondsOf(plan) },
    metrics: { http_reqs: { type: "counter", values: { count: size } } },
    checks: { checks: [] },
  };
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
  stop: Stop,
) {
  const output = prometheusOutput(options);
  const args = ["run", "--quiet", "--no-color", "--no-usage-report", "--features=merge-run-tags"];
  args.push("--out=json=-", ...output.args, shapeScript(options.shape));
  const env = { ...process.env, ...variablesOf(options), SUMMARY: summaryPath, RUNNERS: "", ...output.env };
  // In a group of its own: Ctrl-C reaches it once, from us, and it still writes what it measured.
  const child = spawn(k6, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const end = () => void child.kill("SIGKILL");
  stop.onFirst(() => void child.kill("SIGINT"));
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
  }
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
