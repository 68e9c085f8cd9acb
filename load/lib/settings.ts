/** What scripts/load.ts passes by environment; a bare `k6 run` gets the defaults. */
export type Settings = {
  readonly target: string;
  readonly runId: string;
  readonly seed: number;
  readonly rate: number;
  readonly durationSeconds: number;
  /** File for the JSON summary; standard output when empty. */
  readonly summary: string;
  /** Makes the server continue our traces where it does not trust everybody. */
  readonly traceToken: string;
};

export const settings: Settings = {
  target: text("TARGET", "http://127.0.0.1:8787").replace(/\/+$/, ""),
  runId: text("RUN_ID", Date.now().toString(36)),
  seed: number("SEED", 1),
  rate: number("RATE", 2),
  durationSeconds: number("DURATION", 10),
  summary: text("SUMMARY", ""),
  traceToken: text("TRACE_TOKEN", ""),
};

function text(name: string, fallback: string): string {
  return __ENV[name] || fallback;
}

function number(name: string, fallback: number): number {
  const value = Number(__ENV[name] || fallback);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a positive number`);
  return value;
}
