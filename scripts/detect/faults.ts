import { setTimeout as sleep } from "node:timers/promises";
import type { SloId } from "../../telemetry/slo.ts";
import { routes } from "./callers.ts";
import type { Counting, Promised, Stretch } from "./past.ts";
import { byLatency, byStatus } from "./predict.ts";
import type { DrillSystem, Trouble } from "./system.ts";

const hour = 3_600;
const minute = 60;
/** Requests a second of the steady load. */
export const usualRate = 20;
const good = (seconds: number): Stretch => ({ seconds, perSecond: usualRate });
const bad = (seconds: number, more: Partial<Stretch>): Stretch => ({ ...good(seconds), ...more });

type Common = {
  readonly title: string;
  /** What is backfilled, oldest first, and how the table says it. */
  readonly past: readonly Stretch[];
  readonly history: string;
  /** Requests a second, live. */
  readonly rate?: number;
};
/** A promise is broken: the page comes when the burn-rate windows say so. */
export type BurnFault = Common & {
  readonly kind: "burn";
  readonly slo: SloId;
  readonly counting: Counting;
  readonly trouble: Trouble;
  /** Given: so many requests at once are in trouble, and no more. */
  readonly burst?: number;
  /** Given: callers give up after the page, and stay away for so long, seconds. */
  readonly giveUpFor?: number;
  /** The half-hour window burns on for half an hour, which is not waited for. */
  readonly resolvesLate?: true;
  /** Done before it. */
  readonly before?: (system: DrillSystem) => Promise<void>;
};
/** Nothing is heard any more: the page comes when the heartbeat has been missing for long enough. */
export type SilentFault = Common & { readonly kind: "silent"; readonly gate: "callers" | "telemetry" };
/** Nobody must be paged. */
export type QuietFault = Common & {
  readonly kind: "quiet";
  readonly watchSeconds: number;
  readonly act: (system: DrillSystem) => Promise<void>;
};
export type Fault = BurnFault | SilentFault | QuietFault;

const outage: Trouble = { down: 1, slow: 0 };
const availability = { kind: "burn", slo: "api-availability", counting: byStatus } as const;
const latency = { kind: "burn", slo: "api-latency", counting: byLatency } as const;
const bookingShare = routes.find(({ route }) => route === "POST /v1/bookings")?.share ?? 0;
const ofBookings = ({ valid, bad: badOf }: Counting): Counting => ({
  valid: (stretch) => bookingShare * valid(stretch),
  bad: (stretch) => bookingShare * badOf(stretch),
});
/** The promises that the drill's load is about, and what they count of it. */
export const promises: readonly (Promised & { readonly id: SloId })[] = [
  { id: "api-availability", counting: byStatus },
  { id: "api-latency", counting: byLatency },
  { id: "booking-availability", counting: ofBookings(byStatus) },
  { id: "booking-latency", counting: ofBookings(byLatency) },
];
/** As long as the longest window that pages, so that no window is still growing. */
const cleanPast = { past: [good(6 * hour)], history: "6 h clean" } as const;

export const faults = {
  "full-outage": { ...availability, ...cleanPast, title: "full outage", trouble: outage },
  "full-outage-young": {
    ...availability,
    title: "full outage after an hour",
    past: [good(hour)],
    history: "1 h clean",
    trouble: outage,
    resolvesLate: true,
  },
  "ten-percent": {
    ...availability,
    title: "10 % errors",
    // 36 of the 51.84 s of outage that an hour allows are spent already.
    past: [good(5 * hour + 20 * minute), bad(6 * minute, { errorRatio: 0.1 }), good(34 * minute)],
    history: "6 h, in it 10 % errors for 6 min, over for 34 min",
    trouble: { down: 0.1, slow: 0 },
  },
  "two-percent": {
    ...availability,
    title: "2 % errors",
    // 127.2 of the 129.6 s of outage that six hours allow are spent, 7.2 of the 10.8 s that half an hour allows.
    past: [
      good(50 * minute),
      bad(100 * minute, { errorRatio: 0.02 }),
      good(190 * minute),
      bad(6 * minute, { errorRatio: 0.02 }),
      good(14 * minute),
    ],
    history: "6 h, in it 2 % errors for 100 min, over for 3.5 h, and for 6 min, over for 14 min",
    trouble: { down: 0.02, slow: 0 },
  },
  "half-slow": {
    ...latency,
    title: "half of the requests slow",
    // 420 of the 518.4 s that an hour allows are spent already.
    past: [good(5 * hour + 10 * minute), bad(14 * minute, { slowRatio: 0.5 }), good(36 * minute)],
    history: "6 h, in it half slow for 14 min, over for 36 min",
    trouble: { down: 0, slow: 0.5 },
  },
  "first-five-errors": {
    ...availability,
    title: "the first five errors ever, as one burst",
    past: [{ seconds: 6 * hour, perSecond: 0.05 }],
    history: "6 h clean at 1 request in 20 s",
    rate: 0.05,
    trouble: outage,
    burst: 5,
  },
  "telemetry-gone": {
    ...cleanPast,
    kind: "silent",
    title: "telemetry gone, the API up",
    gate: "telemetry",
  },
  "api-gone": { ...cleanPast, kind: "silent", title: "API gone", gate: "callers" },
  "clients-give-up": {
    ...availability,
    ...cleanPast,
    title: "outage whose clients give up",
    trouble: outage,
    giveUpFor: 6 * minute,
  },
  "outage-during-mute": {
    ...availability,
    ...cleanPast,
    title: "full outage during a deploy mute",
    trouble: outage,
    before: (system) => system.mute(),
  },
  "idle-night": {
    kind: "quiet",
    title: "idle night",
    past: [good(2 * hour), { seconds: 6 * hour, perSecond: 0 }],
    history: "2 h clean, then 6 h without a request",
    rate: 0,
    watchSeconds: 90,
    act: async () => undefined,
  },
  "one-failure": {
    kind: "quiet",
    title: "one failure in a quiet hour",
    past: [{ seconds: 6 * hour, perSecond: 0.005 }],
    history: "6 h clean at 1 request in 200 s",
    rate: 0,
    watchSeconds: 60,
    act: async (system) => {
      await system.trouble(outage);
      await system.ask(1);
      await system.trouble({ down: 0, slow: 0 });
    },
  },
  "deploy-with-mute": {
    ...cleanPast,
    kind: "quiet",
    title: "deploy with a mute: 25 s of errors and a restart",
    watchSeconds: 90,
    act: async (system) => {
      await system.mute();
      await system.trouble(outage);
      await sleep(25_000);
      await system.restartWorker();
    },
  },
} as const satisfies Record<string, Fault>;

export type FaultId = keyof typeof faults;
export const faultIds = Object.keys(faults) as FaultId[];
