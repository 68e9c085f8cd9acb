import { planOf, type ShapeName, secondsOf } from "../shapes.ts";
import { settings } from "./settings.ts";

/** A booking of the set-up that a reader can follow into the trace store. */
export type Witness = { readonly booking_id: string; readonly trace_id: string };
export type Report = {
  metrics: unknown;
  root_group: unknown;
  state: unknown;
  setup_data?: { witness?: Witness };
};

/** The run as JSON. What `setup` returned stays inside, because it holds a token. */
export function summary(shape: ShapeName, report: Report): Record<string, string> {
  const { target, runId, seed, rate, durationSeconds } = settings;
  const plan = planOf(shape, rate, durationSeconds);
  const text = JSON.stringify({
    run: { shape, target, run_id: runId, seed, rate: plan.start, duration_seconds: secondsOf(plan) },
    witness: report.setup_data?.witness,
    state: report.state,
    metrics: report.metrics,
    checks: report.root_group,
  });
  return { [settings.summary || "stdout"]: text };
}
