import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { requestsPerVisit, type Step } from "../../load/day.ts";
import { lastErrors } from "../load/k6-words.ts";
import { BrokenGate } from "./broken-gate.ts";
import { type Asked, askedOf } from "./points.ts";

const script = resolve(import.meta.dirname, "../../load/gate/visits.ts");

export type Visitors = {
  readonly k6: string;
  /** Base URL of who is asked. */
  readonly target: string;
  /** Names the tenant that is made. */
  readonly runId: string;
  readonly seed: number;
  /** Requests a second, on average over the visits of a day. */
  readonly rate: number;
  readonly seconds: number;
  /** Seconds at the end in which about five visits log in, and nobody before; as on an ordinary day when undefined. */
  readonly loginSeconds?: number;
  /** From the beginning to the first visit, in ms. */
  readonly afterMs?: number;
  /** Every visit does just this; the visits of an ordinary day when undefined. */
  readonly story?: readonly Step[];
  /** Answers with the time to begin, in ms since the epoch. */
  readonly startLine: string;
};

/**
 * Sends visitors with a k6 of its own, which does not outlive this process.
 *
 * @param signal  ends it at once; the promise is then rejected
 * @throws BrokenGate when k6 breaks off
 */
export async function sendVisitors(how: Visitors, signal?: AbortSignal): Promise<Asked> {
  const flags = ["--quiet", "--no-color", "--no-usage-report", "--features=merge-run-tags", "--out=json=-"];
  const child = spawn(how.k6, ["run", ...flags, script], {
    env: { ...process.env, ...variables(how) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  signal?.addEventListener("abort", end, { once: true });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-5_000);
  });
  const asked = askedOf(createInterface({ input: child.stdout }));
  // Whoever kills k6 may cut a line in two; what is said then is that it broke off.
  asked.catch(() => {});
  const [code] = (await once(child, "close").finally(() => process.off("exit", end))) as [number | null];
  if (code !== 0) throw new BrokenGate(`k6 broke off (exit ${code}): ${lastErrors(said)}`);
  return asked;
}

const variables = (how: Visitors) => {
  const { target, runId, seed, rate, seconds, loginSeconds, afterMs = 0, story, startLine } = how;
  return {
    TARGET: target,
    RUN_ID: runId,
    SEED: String(seed),
    // Rooms for all visits.
    RATE: String(rate / requestsPerVisit("steady")),
    DURATION: String(seconds * 1.2),
    SECONDS: String(seconds),
    LOGIN_SECONDS: loginSeconds === undefined ? "" : String(loginSeconds),
    AFTER_MS: String(Math.round(afterMs)),
    REQUESTS_PER_SECOND: String(rate),
    STORY: story?.join(",") ?? "",
    START_LINE: startLine,
  };
};
