import { BrokenDrill } from "./broken-drill.ts";
import { beatSeconds, probeSeconds } from "./pulse.ts";
import type { DrillSystem } from "./system.ts";

/** TelemetrySilent: a window without a beat, and then so long again; evaluated every 15 s. */
const silence = { windowSeconds: 180, forSeconds: 120 };
/** DeepHealthBurn: more than 7.2 % of an hour of rounds, 120, must have failed. */
const failedRounds = 9;
/** The short window of the pair that pages first: it forgets the last failed round after that. */
const shortWindowSeconds = 300;

/**
 * Seconds until somebody is told that nothing is heard from the API, or of it.
 *
 * @param cut  "telemetry": only the heartbeat stays away. "callers": the probe fails, too, and whoever is first pages.
 */
export async function predictSilence(system: DrillSystem, cut: "callers" | "telemetry"): Promise<number> {
  const sinceBeat = ((Date.now() - system.loadSince) / 1_000) % beatSeconds;
  const byHeartbeat = silence.windowSeconds + silence.forSeconds - sinceBeat;
  if (cut === "telemetry") return byHeartbeat;
  const lastAt = await lastRound(system.frontdesk.urls.prometheus);
  const sinceRound = Date.now() / 1_000 - lastAt;
  const byProbe = probeSeconds - (sinceRound % probeSeconds) + (failedRounds - 1) * probeSeconds;
  return Math.min(byHeartbeat, byProbe);
}

/** Seconds until the page is over: the next beat, or that the last failed round is forgotten. */
export const resolveSeconds = (alerts: string): number =>
  alerts.includes("DeepHealthBurn") ? shortWindowSeconds : beatSeconds;

/** When the probe last wrote, epoch seconds. */
async function lastRound(prometheus: string): Promise<number> {
  const query = 'max(timestamp(frontdesk_probe_steps_total{instance!="backfilled"}))';
  const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await response.json()) as { data: { result: readonly { value: [number, string] }[] } };
  const at = data.result[0]?.value[1];
  if (at === undefined) throw new BrokenDrill("The probe has not written anything.");
  return Number(at);
}
