import { settings } from "./settings.ts";

/** A booking of the set-up that a reader can follow into the trace store. */
export type Witness = { readonly booking_id: string; readonly trace_id: string };
type Report = { metrics: unknown; root_group: unknown; state: unknown; setup_data?: { witness?: Witness } };

/** The run as JSON. What `setup` returned stays inside, because it holds a token. */
export function summary(shape: string, report: Report): Record<string, string> {
  const { target, runId, seed, rate, durationSeconds } = settings;
  const text = JSON.stringify({
    run: { shape, target, run_id: runId, seed, rate, duration_seconds: durationSeconds },
    witness: report.setup_data?.witness,
    state: report.state,
    metrics: report.metrics,
    checks: report.root_group,
  });
  return { [settings.summary || "stdout"]: text };
}
