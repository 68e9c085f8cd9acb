import { config } from "../config.ts";
import { runOutside } from "../context.ts";
import { log } from "../log.ts";
import { losses } from "./buffer.ts";

// A collector that is away loses something every second; one record a minute says it as well.
const everyMs = 60_000;
let lastAt = Number.NEGATIVE_INFINITY;
let said: string | undefined;

/** Keeps what a receiver warned of, for the next record. */
export const receiverSaid = (warning: string): void => {
  said = warning.slice(0, 500);
};

/** Writes one log record about all losses since the last one; at most once a minute. */
export function report(now: number): void {
  if ((losses.size === 0 && said === undefined) || (now - lastAt < everyMs && now >= lastAt)) return;
  lastAt = now;
  const lost = [...losses].map(([kind, records]) => `${records} ${kind}`).join(", ");
  const receiver = lost === "" ? "" : `the receiver is ${URL.parse(config().otlpEndpoint)?.origin}`;
  const warning = said === undefined ? "" : `the receiver says: ${said}`;
  losses.clear();
  said = undefined;
  runOutside(() =>
    log(
      "warn",
      lost === "" ? "telemetry.warned" : "telemetry.lost",
      { "frontdesk.module": "telemetry" },
      [lost, receiver, warning].filter(Boolean).join("; "),
    ),
  );
}

/** Lets the next loss be reported at once; for tests. */
export function resetReport(): void {
  lastAt = Number.NEGATIVE_INFINITY;
  said = undefined;
}
