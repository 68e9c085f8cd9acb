/** What scripts/load.ts passes by environment; a bare `k6 run` gets the defaults. */
export type Settings = {
  readonly target: string;
  readonly runId: string;
  readonly seed: number;
  /** Visits a second and seconds; the shape's own where nobody said. */
  readonly rate: number | undefined;
  readonly durationSeconds: number | undefined;
  /** Requests a second that nothing may exceed. */
  readonly maxRequestRate: number | undefined;
  /** k6 processes that share the visits of the plan, each with a tenant of its own. */
  readonly runners: number;
  /** File for the JSON summary; standard output when empty. */
  readonly summary: string;
  /** Makes the server continue our traces where it does not trust everybody. */
  readonly traceToken: string;
};

export const settings: Settings = {
  target: text("TARGET", "http://127.0.0.1:8787").replace(/\/+$/, ""),
  runId: text("RUN_ID", Date.now().toString(36)),
  seed: number("SEED") ?? 1,
  rate: number("RATE"),
  durationSeconds: number("DURATION"),
  maxRequestRate: number("MAX_RATE"),
  runners: number("RUNNERS") ?? 1,
  summary: text("SUMMARY", ""),
  traceToken: text("TRACE_TOKEN", ""),
};

function text(name: string, fallback: string): string {
  return __ENV[name] || fallback;
}

function number(name: string): number | undefined {
  if (!__ENV[name]) return undefined;
  const value = Number(__ENV[name]);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a positive number`);
  return value;
}
