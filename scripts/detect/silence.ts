import { burnThreshold } from "../../telemetry/derive/burn.ts";
import { seconds, windowPairs } from "../../telemetry/derive/windows.ts";
import { slos } from "../../telemetry/slo.ts";
import { BrokenDrill } from "./broken-drill.ts";
import { lastRound } from "./last-round.ts";
import { beatSeconds, probeSeconds } from "./pulse.ts";
import type { DrillSystem } from "./system.ts";

/** TelemetrySilent: a window without a beat, and then so long again; evaluated every 15 s. */
const silence = { windowSeconds: 180, forSeconds: 120 };
const deepHealth = burnThreshold(slos["deep-health"], windowPairs[0]);
const [{ short, long }] = windowPairs;

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
  if (lastAt === undefined) throw new BrokenDrill("The probe has not written anything.");
  // `rate()` stretches failed rounds up to the evaluation: they count from the last good one on.
  const sinceRound = Date.now() / 1_000 - lastAt;
  const seen = seconds(long) - (system.past.at(-1)?.seconds ?? 0);
  const byProbe = Number(deepHealth) * seen - sinceRound;
  return Math.min(byHeartbeat, byProbe);
}

/** Seconds after which the probe's page is over, when the probe has failed for longer than its short window. */
export const probeForgetsSeconds = seconds(short) * (1 - Number(deepHealth));

/**
 * Seconds until the page is over: by the heartbeat with the next beat; by the probe with the next good round, which ends
 * the stretching; by both when the short window has forgotten the failed rounds.
 */
export function resolveSeconds(alerts: string): number {
  if (!alerts.includes("DeepHealthBurn")) return beatSeconds;
  return alerts.includes("TelemetrySilent") ? seconds(short) : probeSeconds;
}
