import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BrokenRun, type LoadOptions, shapeScript } from "./options.ts";

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

export type Outcome = { readonly verdict: "pass" | "fail"; readonly summary: Summary };

/**
 * Runs a shape with k6 and reads its summary.
 *
 * @throws BrokenRun when k6 ends with anything but 0 (pass) and 99 (a threshold was crossed)
 */
export async function runK6(k6: string, options: LoadOptions): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-load-"));
  const summaryPath = join(folder, "summary.json");
  try {
    const { code, lastLines } = await execute(
      k6,
      shapeScript(options.shape),
      environment(options, summaryPath),
    );
    const text = await readFile(summaryPath, "utf8").catch(() => undefined);
    if ((code !== 0 && code !== 99) || text === undefined)
      throw new BrokenRun(`k6 broke off (exit ${code}): ${lastLines || "it said nothing"}`);
    if (options.json) await writeFile(options.json, text);
    return { verdict: code === 0 ? "pass" : "fail", summary: JSON.parse(text) as Summary };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function environment(options: LoadOptions, summary: string): NodeJS.ProcessEnv {
  const { target, runId, seed, rate, durationSeconds } = options;
  return {
    ...process.env,
    TARGET: target,
    RUN_ID: runId,
    SEED: String(seed),
    SUMMARY: summary,
    RATE: rate === undefined ? "" : String(rate),
    DURATION: durationSeconds === undefined ? "" : String(durationSeconds),
  };
}

async function execute(k6: string, script: string, env: NodeJS.ProcessEnv) {
  const args = ["run", "--quiet", "--no-color", "--no-usage-report", "--features=merge-run-tags", script];
  const child = spawn(k6, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  // k6 ends by itself on the terminal's Ctrl-C and still writes what it measured; we only must outlive it.
  const wait = () => {};
  process.on("SIGINT", wait);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-20_000);
  });
  const [code] = (await once(child, "close").finally(() => process.off("SIGINT", wait))) as [number | null];
  return { code, lastLines: messages(said) };
}

/** k6 logs `level=error msg="…"`; the messages alone, without repeats. */
function messages(log: string): string {
  const found = [...log.matchAll(/level=error msg="((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] ?? "").replace(/\\n.*/s, "").replace(/\\"/g, '"'),
  );
  return [...new Set(found)].slice(-3).join("; ") || log.trim().split("\n").slice(-1).join("");
}
