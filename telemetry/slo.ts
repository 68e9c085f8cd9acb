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

type Named<I extends string> = {
  [M in MetricName]: (typeof metrics)[M] extends { instrument: I } ? M : never;
}[MetricName];
type Counted = Named<"histogram" | "counter">;
type Edged = {
  [M in Counted]: (typeof metrics)[M] extends { edgesSeconds: unknown } ? M : never;
}[Counted];
type EdgeOf<M extends Edged> = (typeof metrics)[M]["edgesSeconds"][number];
type Gauged = Named<"gauge">;

/**
 * Which events are valid, and which of them are good: by a label, by an edge of a histogram,
 * or, of a gauge, the minutes in which it was at most so much.
 */
export type Indicator = { readonly valid: readonly Matcher[] } & (
  | { readonly metric: Counted; readonly good: { readonly kind: "label"; readonly matcher: Matcher } }
  | { readonly metric: Edged; readonly good: { readonly kind: "within"; readonly seconds: number } }
  | { readonly metric: Gauged; readonly good: { readonly kind: "at most"; readonly value: number } }
);

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
  /**
   * Fewer bad events than this in the long window never alert: one failure in a quiet hour is not an incident.
   * Of a gauge, minutes.
   */
  readonly badEventsMin: number;
  readonly runbook: `alerts/runbooks/${string}.md`;
  /** uid of the dashboard that answers first. */
  readonly dashboard: string;
};

type Valid<M extends MetricName> = readonly Matcher<LabelName<M>>[];

/** Good are the valid events whose label fits. */
export const availability = <M extends Counted>(
  metric: M,
  events: { valid: NoInfer<Valid<M>>; good: NoInfer<Matcher<LabelName<M>>> },
): Indicator => ({ metric, valid: events.valid, good: { kind: "label", matcher: events.good } });

/** Good are the valid events that took at most `withinSeconds`, which must be an edge of the histogram. */
export const latency = <M extends Edged>(
  metric: M,
  events: { valid: NoInfer<Valid<M>>; withinSeconds: NoInfer<EdgeOf<M>> },
): Indicator => ({ metric, valid: events.valid, good: { kind: "within", seconds: events.withinSeconds } });

/** Good are the minutes in which the largest value of the gauge was at most `atMost`, in the unit of the metric. */
export const timeSlices = <M extends Gauged>(
  metric: M,
  minutes: { valid: NoInfer<Valid<M>>; atMost: number },
): Indicator => ({ metric, valid: minutes.valid, good: { kind: "at most", value: minutes.atMost } });

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
const login = [where("http.route", "is", "/v1/auth/login"), where("http.request.method", "is", "POST")];
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
    dashboard: "frontdesk-bookings",
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
    dashboard: "frontdesk-bookings",
  },
  "login-availability": {
    title: "Login availability",
    objective: "99.9%",
    window: "30d",
    // A wrong password (401) is a right answer.
    indicator: availability("http.server.request.duration", { valid: login, good: answered }),
    severity: "page",
    owner: "platform",
    rationale:
      "Nobody works without a session; a shift begins with a login, and logins are few among requests.",
    userImpact: "Staff cannot log in; whoever has a session goes on working.",
    badEventsMin: 5,
    runbook: "alerts/runbooks/LoginAvailabilityBurn.md",
    dashboard: "frontdesk-bookings",
  },
  "login-latency": {
    title: "Login latency",
    objective: "99%",
    window: "30d",
    indicator: latency("http.server.request.duration", { valid: [...login, answered], withinSeconds: 1 }),
    severity: "ticket",
    owner: "platform",
    rationale:
      "Hashing a password is slow on purpose; a second leaves room for it and is bearable once a shift.",
    userImpact: "Logging in takes long; people press twice.",
    badEventsMin: 20,
    runbook: "alerts/runbooks/LoginLatencyBurn.md",
    dashboard: "frontdesk-bookings",
  },
  "deep-health": {
    title: "Deep health by probe",
    objective: "99.5%",
    window: "30d",
    // Seen from outside and stored past the collector: the one promise that shares no fate with our telemetry.
    indicator: availability("frontdesk.probe.steps", {
      valid: [{ label: "frontdesk.probe.step", op: "is", value: "health" }],
      good: { label: "error.type", op: "is", value: "" },
    }),
    severity: "page",
    owner: "platform",
    rationale:
      "It is measured when nobody calls and when telemetry is gone; one probe is one view of the network, so it promises less.",
    userImpact: "The API, or a database, calendar or queue behind it, cannot be reached from outside.",
    badEventsMin: 3,
    runbook: "alerts/runbooks/DeepHealthBurn.md",
    dashboard: "frontdesk-api-overview",
  },
  "event-freshness": {
    title: "Event freshness",
    objective: "99%",
    window: "30d",
    // The oldest event that is not handled, sent or not, so a lost message counts as late too.
    indicator: timeSlices("frontdesk.outbox.age", { valid: [], atMost: 120 }),
    severity: "page",
    owner: "bookings",
    rationale:
      "Two minutes hold a lost message and its resend; what guests are told about their booking rides on events.",
    userImpact: "Notices about bookings are late; no booking is lost.",
    badEventsMin: 5,
    runbook: "alerts/runbooks/EventFreshnessBurn.md",
    dashboard: "frontdesk-events",
  },
  "queue-processing": {
    title: "Queue processing",
    objective: "99%",
    window: "30d",
    // The consumer is called by the platform, so its span names no binding; each delivery is one event, retries too.
    indicator: availability("frontdesk.dependency.duration", {
      valid: [
        { label: "cloudflare.binding.type", op: "is", value: "queue" },
        { label: "cloudflare.binding.name", op: "is", value: "" },
      ],
      good: { label: "error.type", op: "is", value: "" },
    }),
    severity: "ticket",
    owner: "bookings",
    rationale:
      "A delivery that fails is tried again, so users feel it late; but retries that fail too end as dead letters.",
    userImpact: "Notices about bookings come late, or not before somebody helps.",
    badEventsMin: 5,
    runbook: "alerts/runbooks/QueueProcessingBurn.md",
    dashboard: "frontdesk-events",
  },
} as const satisfies Record<string, Slo>;

export type SloId = keyof typeof slos;
/** Id → promise, as whatever is derived takes it. */
export type Promises = Readonly<Record<string, Slo>>;
