import { randomBytes } from "node:crypto";
import { asker } from "./ask.ts";
import { certificateExpiry } from "./certificate.ts";
import { isGood, journey, type Memory } from "./journey.ts";
import type { Meter } from "./meter.ts";
import type { ProbeOptions } from "./options.ts";
import { writeMetrics } from "./send.ts";

/** One round as it is told, in one line of JSON. */
export type Round = {
  readonly time: string;
  readonly target: string;
  readonly environment: string;
  readonly from?: string;
  readonly good: boolean;
  readonly trace_id: string;
  readonly steps: readonly {
    readonly step: string;
    readonly seconds: number;
    readonly error_type?: string;
    readonly why?: string;
  }[];
  readonly certificate_expires_in_seconds?: number;
  /** "taken", or why not. */
  readonly metrics: string;
};

/** What stands in place of the metrics of a probe that has no place. */
export const onlyLooked = "not written: a probe without --from PLACE only looks";

/** Asks every step once and writes what was seen, if it has a place. Never throws: whatever fails is told. */
export async function makeRound(options: ProbeOptions, meter: Meter, memory: Memory): Promise<Round> {
  const { target, environment, from, prometheus, headers, credentials } = options;
  const time = new Date().toISOString();
  const traceId = randomBytes(16).toString("hex");
  const [results, expirySeconds] = await Promise.all([
    journey(asker(target, credentials, traceId), credentials, memory),
    certificateExpiry(target),
  ]);
  meter.add(results, expirySeconds);
  const refused =
    from === undefined
      ? onlyLooked
      : await writeMetrics(prometheus, headers, meter.export(Date.now(), { environment, from }));
  return {
    ...{ time, target, environment, ...(from !== undefined && { from }) },
    ...{ good: isGood(results), trace_id: traceId },
    steps: results.map(({ step, seconds, errorType, why }) => ({
      ...{ step, seconds: Number(seconds.toFixed(4)) },
      ...(errorType !== undefined && { error_type: errorType }),
      ...(why !== undefined && { why }),
    })),
    ...(expirySeconds !== undefined && { certificate_expires_in_seconds: expirySeconds }),
    metrics: refused ?? "taken",
  };
}
