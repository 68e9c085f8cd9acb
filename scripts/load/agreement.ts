import { labelName } from "../../telemetry/derive/names.ts";
import { own } from "../../telemetry/derive/series.ts";
import { lostSpans } from "./lost-spans.ts";
import type { Stores } from "./options.ts";
import type { Recording } from "./recording.ts";
import type { Patience } from "./stop.ts";
import { countSpans, query, total, type Window } from "./stores.ts";
import { plural } from "./words.ts";

/** One route in the same window: what the client sent, what the SLI counted, which spans were stored. */
export type AgreementRow = {
  readonly route: string;
  readonly client: number;
  /** Growth of the SLI's counter from before to after the run; undefined where Prometheus was not asked. */
  readonly sli: number | undefined;
  readonly spans: number | undefined;
  /** Mean duration in milliseconds by the client and by the SLI: the difference is network and queueing before the Worker. */
  readonly clientMeanMs: number;
  readonly sliMeanMs: number | undefined;
  /** Why the counts differ; empty when they do not. */
  readonly difference: string;
};

export type Agreement = {
  readonly rows: readonly AgreementRow[];
  /** Spans of any kind that the Worker admits to have lost meanwhile: each may have been that of a request. */
  readonly admittedLost: number;
  readonly explanations: readonly string[];
  /** What nothing explains: the run is broken. */
  readonly disagreements: readonly string[];
};

/** Counts and summed seconds by `METHOD route`. */
export type SliReading = {
  readonly counts: ReadonlyMap<string, { readonly count: number; readonly seconds: number }>;
  /** When it was read, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Spans that the Worker gave up, or does not know the end of, since the reading before. */
  readonly lost: number;
};

const health = [{ label: "http.route", op: "matches not" as const, value: "/v1/health.*" }];
const [method, route] = [labelName("http.request.method"), labelName("http.route")];

/**
 * The raw counters of the SLI as they stand: no rate, no increase(), which extrapolate.
 *
 * @throws StoreAway
 */
export async function readSli(prometheus: string, before?: SliReading): Promise<SliReading> {
  const atMs = Date.now();
  const by = (part: "_count" | "_sum") =>
    query(prometheus, `sum by (${method}, ${route}) (${own("http.server.request.duration", part, health)})`);
  const [counts, sums] = await Promise.all([by("_count"), by("_sum")]);
  const keyOf = (labels: Readonly<Record<string, string>>) => `${labels[method]} ${labels[route]}`;
  const seconds = new Map(sums.map(({ metric, value }) => [keyOf(metric), value]));
  const since = (which: "dropped" | "uncertain") => before && lostSpans(prometheus, which, before.atMs);
  const [dropped = 0, uncertain = 0] = await Promise.all([since("dropped"), since("uncertain")]);
  return {
    atMs,
    counts: new Map(
      counts.map(({ metric, value }) => [
        keyOf(metric),
        { count: value, seconds: seconds.get(keyOf(metric)) ?? 0 },
      ]),
    ),
    lost: dropped + uncertain,
  };
}

export type Sent = ReadonlyMap<
  string,
  { readonly count: number; readonly unanswered: number; readonly meanMs: number }
>;

export function sentOf(recording: Recording): Sent {
  const sums = new Map<string, { count: number; unanswered: number; ms: number }>();
  for (const { route: name, durationMs, status } of recording.points()) {
    const known = sums.get(name) ?? { count: 0, unanswered: 0, ms: 0 };
    sums.set(name, {
      count: known.count + 1,
      unanswered: known.unanswered + Number(status === 0),
      ms: known.ms + durationMs,
    });
  }
  return new Map(
    [...sums].map(([name, { count, unanswered, ms }]) => [name, { count, unanswered, meanMs: ms / count }]),
  );
}

/**
 * Holds the three views against each other.
 *
 * @param spans   HTTP entry spans by route that carry the run's correlation id; undefined where Tempo was not asked
 * @param cutOff  requests that k6 began and broke off: they may be counted and stored, and the client tells nothing of them
 */
export function compareViews(
  sent: Sent,
  before: SliReading,
  after: SliReading,
  spans: ReadonlyMap<string, number> | undefined,
  cutOff = 0,
): Agreement {
  const admittedLost = after.lost;
  const rows = [...sent]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, client]) => {
      const [old, now] = [before.counts.get(name), after.counts.get(name)];
      const count = (now?.count ?? 0) - (old?.count ?? 0);
      const seconds = (now?.seconds ?? 0) - (old?.seconds ?? 0);
      const stored = spans === undefined ? undefined : (spans.get(name) ?? 0);
      return {
        route: name,
        client: client.count,
        sli: count,
        spans: stored,
        clientMeanMs: client.meanMs,
        sliMeanMs: count > 0 ? (seconds / count) * 1000 : undefined,
        difference: differenceWords(client, count, stored, cutOff),
      };
    });
  return { rows, admittedLost, ...explained(rows, sent, admittedLost, cutOff) };
}

function differenceWords(
  { count: client, unanswered }: { readonly count: number; readonly unanswered: number },
  sli: number,
  spans: number | undefined,
  cutOff: number,
): string {
  const words: string[] = [];
  if (sli > client) words.push(`${sli - client} ${cutOff > 0 ? "cut off or " : ""}of somebody else`);
  if (sli < client) words.push(`${client - sli} not counted`);
  if (spans !== undefined && spans < client) words.push(`${client - spans} without a span`);
  if (spans !== undefined && spans > client)
    words.push(spans - client > cutOff ? `${spans - client} spans too many` : `${spans - client} cut off`);
  if (unanswered > 0) words.push(`${unanswered} without an answer`);
  return words.join(", ");
}

/** Missing ones are explained by requests that were never answered and by spans that telemetry says it lost. */
function explained(
  rows: readonly AgreementRow[],
  sent: Sent,
  admittedLost: number,
  cutOff: number,
): Pick<Agreement, "explanations" | "disagreements"> {
  const unanswered = [...sent.values()].reduce((sum, one) => sum + one.unanswered, 0);
  const missing = (pick: (row: AgreementRow) => number | undefined) =>
    rows.reduce((sum, row) => sum + Math.max(0, row.client - (pick(row) ?? row.client)), 0);
  const others = rows.reduce((sum, row) => sum + Math.max(0, (row.sli ?? 0) - row.client), 0);
  const tooMany = rows.reduce((sum, row) => sum + Math.max(0, (row.spans ?? 0) - row.client), 0);
  // The mean of the SLI is that of our requests only where nobody else asked.
  const slower = rows.filter(
    ({ client, sli, sliMeanMs, clientMeanMs }) => (sli ?? 0) <= client && (sliMeanMs ?? 0) > clientMeanMs + 5,
  );
  const explanations = [
    ...(unanswered > 0 ? [`${unanswered} requests were not answered: they may never have arrived`] : []),
    ...(admittedLost > 0 ? [`the Worker says that it lost ${admittedLost} spans`] : []),
    ...(cutOff > 0
      ? [
          `k6 broke off ${plural(cutOff, "request")} under way and told nothing of ${cutOff === 1 ? "it" : "them"}`,
        ]
      : []),
    ...(others > cutOff
      ? [`the SLI counted ${plural(others - cutOff, "request")} of somebody else in the same time`]
      : []),
  ];
  const allowed = unanswered + admittedLost;
  const missingSli = missing(({ sli }) => sli);
  const missingSpans = missing(({ spans }) => spans);
  const disagreements = [
    ...(missingSli > allowed
      ? [`the SLI never counted ${missingSli} requests, and only ${allowed} are explained`]
      : []),
    ...(missingSpans > allowed
      ? [`${missingSpans} requests left no span, and only ${allowed} are explained`]
      : []),
    ...(tooMany > cutOff ? [`${plural(tooMany - cutOff, "span")} stored that no request made`] : []),
    ...slower.map(
      (row) =>
        `${row.route} took ${row.sliMeanMs?.toFixed(1)} ms by the SLI and ${row.clientMeanMs.toFixed(1)} ms for the client, who waits for it`,
    ),
  ];
  return { explanations, disagreements };
}

/**
 * Waits until what the run sent is counted and stored, then compares.
 * Counters and spans must be whole, or stand still while the collector has nothing left to send.
 *
 * @throws StoreAway
 */
export async function agreementOf(
  { prometheus, tempo }: Stores,
  ran: Ran,
  before: SliReading,
  patience: Patience,
): Promise<Agreement | undefined> {
  if (prometheus === undefined) return undefined;
  const { recording, cutOff } = ran;
  const sent = sentOf(recording);
  // Spans wait a second in the Worker, span metrics five at the collector, and one in its queue.
  const counted = await settled(
    () => readSli(prometheus, before),
    patience,
    async (reading) => ({
      isWhole: isWhole(compareViews(sent, before, reading, undefined), cutOff),
      state: JSON.stringify([...reading.counts]),
      isDrained: ((await total(prometheus, "sum(otelcol_exporter_queue_size)")) ?? 0) === 0,
    }),
  );
  const spans = tempo === undefined ? undefined : await storedSpans(tempo, ran, patience);
  return compareViews(sent, before, counted, spans, cutOff);
}

/** What a run left that is looked for in the stores. */
export type Ran = {
  readonly runId: string;
  readonly recording: Recording;
  /** Requests that k6 began and broke off. */
  readonly cutOff: number;
};

/**
 * HTTP entry spans of a run by route, once each of its requests has one or no more come.
 *
 * @throws StoreAway
 */
export function storedSpans(
  tempo: string,
  { runId, recording, cutOff }: Ran,
  patience: Patience,
): Promise<ReadonlyMap<string, number>> {
  const [sent, window] = [sentOf(recording), windowOf(recording)];
  return settled(
    () => spansByRoute(tempo, runId, sent, window),
    patience,
    async (found) => ({
      isWhole: [...sent].every(([name, { count }]) => isAll(cutOff, count, found.get(name))),
      state: JSON.stringify([...found]),
      isDrained: true,
    }),
  );
}

/** Whether a request that was cut off is counted is not waited for. */
const isAll = (cutOff: number, client: number, stored = 0) =>
  cutOff > 0 ? stored >= client : stored === client;
const isWhole = ({ rows }: Agreement, cutOff: number) =>
  rows.every(({ client, sli, difference }) => (cutOff > 0 ? isAll(cutOff, client, sli) : difference === ""));
const readingsMax = 40;

async function settled<T>(
  read: () => Promise<T>,
  { pause, isOver }: Patience,
  look: (reading: T) => Promise<{ isWhole: boolean; state: string; isDrained: boolean }>,
): Promise<T> {
  let [last, quiet] = ["", 0];
  for (let readings = 1; ; readings++) {
    const reading = await read();
    const { isWhole: whole, state, isDrained } = await look(reading);
    quiet = state === last && isDrained ? quiet + 1 : 0;
    if (whole || quiet >= 4 || readings >= readingsMax || isOver()) return reading;
    last = state;
    await pause(3_000);
  }
}

/** From before the first request to after the last answer. */
export function windowOf(recording: Recording): Window {
  let [fromMs, untilMs] = [Number.POSITIVE_INFINITY, 0];
  for (const { startMs, durationMs } of recording.points()) {
    fromMs = Math.min(fromMs, startMs);
    untilMs = Math.max(untilMs, startMs + durationMs);
  }
  return { fromMs: fromMs - 5_000, untilMs: untilMs + 5_000 };
}

async function spansByRoute(
  tempo: string,
  runId: string,
  sent: Sent,
  window: Window,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const name of sent.keys()) {
    const [verb, template] = name.split(" ");
    const where = `span.frontdesk.correlation.id = "${runId}" && span.frontdesk.sli = true && span.http.request.method = "${verb}" && span.http.route = "${template}"`;
    found.set(name, await countSpans(tempo, `{ ${where} }`, window));
  }
  return found;
}
