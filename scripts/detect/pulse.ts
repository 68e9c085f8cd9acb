import type { Counting, Family, Promised } from "./past.ts";
import { product } from "./past.ts";

/** Seconds between two of them. */
export const beatSeconds = 60;
export const probeSeconds = 30;

/** What a healthy system counts whether anybody calls or not: heartbeats, rounds of the probe, the age of the outbox. */
export function pulseOf(): Family[] {
  const { collector_instance_id: _, ...outside } = product;
  const health = { ...outside, instance: "backfilled", frontdesk_probe_step: "health" };
  // As wrangler.toml says of the local environment.
  const beat = { ...product, service_version: "dev" };
  const each = (seconds: number) => (second: number) => 1 + Math.floor(second / seconds);
  return [
    { name: "frontdesk_heartbeat_total", counters: [{ labels: beat, at: each(beatSeconds) }] },
    {
      name: "frontdesk_probe_steps_total",
      counters: [{ labels: health, at: each(probeSeconds) }],
      everySeconds: probeSeconds,
    },
    {
      name: "frontdesk_outbox_age_seconds",
      counters: [{ labels: outside, at: () => 0 }],
      everySeconds: beatSeconds,
    },
  ];
}

const steadily = (seconds: number): Counting => ({ valid: () => 1 / seconds, bad: () => 0 });
/** The promises about it. */
export const pulsePromises: readonly Promised[] = [
  { id: "deep-health", counting: steadily(probeSeconds) },
  { id: "event-freshness", counting: steadily(beatSeconds) },
];
