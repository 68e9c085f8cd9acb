import { type LabelName, type MetricName, type metrics, slowSeconds } from "./metrics.ts";

/**
 * The promises. Rules, alerts, k6 thresholds, dashboards and budgets are derived from here and nowhere else.
 * To add one: an entry below and a runbook page; an alert is called like its page.
 */

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
/** Percent as text, so that no float leaks into a generated file; 100% does not compile, 0% is refused by `errorBudget`. */
export type Objective = `${number}%` & (`${Digit}${Digit | ""}%` | `${Digit}${Digit | ""}.${number}%`);

/** One condition on a label. `matches` is an RE2 expression over the whole value; a missing label counts as "". */
export type Matcher<L extends string = string> = {
  readonly label: L;
  readonly op: "is" | "is not" | "matches" | "matches not";
  readonly value: string;
};

type Edged = {
  [M in MetricName]: (typeof metrics)[M] extends { edgesSeconds: unknown } ? M : never;
}[MetricName];
type EdgeOf<M extends Edged> = (typeof metrics)[M]["edgesSeconds"][number];

/** Which events are valid, and which of them are good: either by a label, or by an edge of the histogram. */
export type Indicator = {
  readonly metric: Edged;
  readonly valid: readonly Matcher[];
  readonly good: { readonly kind: "label"; readonly matcher: Matcher } | Within;
};
type Within = { readonly kind: "within"; readonly seconds: number };

export type Slo = {
  readonly title: string;
  readonly objective: Objective;
  readonly window: "30d";
  readonly indicator: Indicator;
  /** `page` wakes somebody for the fast windows and opens tickets for the slow ones; `ticket` only opens tickets. */
  readonly severity: "page" | "ticket";
  readonly owner: string;
  readonly rationale: string;
  readonly userImpact: string;
  /** Fewer bad events than this in the long window never alert: one failure in a quiet hour is not an incident. */
  readonly badEventsMin: number;
  readonly runbook: `alerts/runbooks/${string}.md`;
  /** uid of the dashboard that answers first. */
  readonly dashboard: string;
};

type Valid<M extends MetricName> = readonly Matcher<LabelName<M>>[];

/** Good are the valid events whose label fits. */
export const availability = <M extends Edged>(
  metric: M,
  events: { valid: NoInfer<Valid<M>>; good: NoInfer<Matcher<LabelName<M>>> },
): Indicator => ({ metric, valid: events.valid, good: { kind: "label", matcher: events.good } });

/** Good are the valid events that took at most `withinSeconds`, which must be an edge of the histogram. */
export const latency = <M extends Edged>(
  metric: M,
  events: { valid: NoInfer<Valid<M>>; withinSeconds: NoInfer<EdgeOf<M>> },
): Indicator => ({ metric, valid: events.valid, good: { kind: "within", seconds: events.withinSeconds } });

type HttpLabel = LabelName<"http.server.request.duration">;
const where = (label: HttpLabel, op: Matcher["op"], value: string): Matcher<HttpLabel> => ({
  label,
  op,
  value,
});

// Health is asked by machines, OPTIONS by browsers before the real request: neither is somebody being served.
const served = [
  where("http.route", "matches not", "/v1/health.*"),
  where("http.request.method", "is not", "OPTIONS"),
];
const bookingCreation = [
  where("http.route", "is", "/v1/bookings"),
  where("http.request.method", "is", "POST"),
];
// 4xx are answers the caller asked for; 5xx are ours, shed load included.
const answered = where("http.response.status_code", "matches not", "5..");

export const slos = {
  "api-availability": {
    title: "API availability",
    objective: "99.9%",
    window: "30d",
    indicator: availability("http.server.request.duration", { valid: served, good: answered }),
    severity: "page",
    owner: "platform",
    rationale:
      "Front desks work while guests stand before them; 43 minutes a month is what a paper list can bridge.",
    userImpact: "Staff and guests see errors instead of rooms and bookings.",
    badEventsMin: 5,
    runbook: "alerts/runbooks/ApiAvailabilityBurn.md",
    dashboard: "frontdesk-api-overview",
  },
  "api-latency": {
    title: "API latency",
    objective: "99%",
    window: "30d",
    // A failed request is counted by availability; a fast failure must not look like a good answer here.
    indicator: latency("http.server.request.duration", {
      valid: [...served, answered],
      withinSeconds: slowSeconds,
    }),
    severity: "page",
    owner: "platform",
    rationale: "Above half a second a form feels stuck and people press twice.",
    userImpact: "Pages load slowly; people repeat what they did.",
    badEventsMin: 20,
    runbook: "alerts/runbooks/ApiLatencyBurn.md",
    dashboard: "frontdesk-api-overview",
  },
  "booking-availability": {
    title: "Booking creation availability",
    objective: "99.9%",
    window: "30d",
    // A slot that is taken (409) is a right answer.
    indicator: availability("http.server.request.duration", { valid: bookingCreation, good: answered }),
    severity: "page",
    owner: "bookings",
    rationale:
      "Booking is what tenants pay for; it is a small share of requests and would drown in the API's promise.",
    userImpact: "Guests cannot book; tenants lose sales.",
    badEventsMin: 5,
    runbook: "alerts/runbooks/BookingAvailabilityBurn.md",
    dashboard: "frontdesk-api-overview",
  },
  "booking-latency": {
    title: "Booking creation latency",
    objective: "99%",
    window: "30d",
    indicator: latency("http.server.request.duration", {
      valid: [...bookingCreation, answered],
      withinSeconds: 1,
    }),
    severity: "page",
    owner: "bookings",
    rationale: "A booking is one hold, one batch and one apply; a second is twice what a far region needs.",
    userImpact: "Booking takes so long that guests give up or press twice.",
    badEventsMin: 20,
    runbook: "alerts/runbooks/BookingLatencyBurn.md",
    dashboard: "frontdesk-api-overview",
  },
} as const satisfies Record<string, Slo>;

export type SloId = keyof typeof slos;
