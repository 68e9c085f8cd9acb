import { labelName } from "../../telemetry/derive/names.ts";
import { own } from "../../telemetry/derive/series.ts";
import { lostSpans } from "./lost-spans.ts";
import type { Stores } from "./options.ts";
import type { Recording } from "./recording.ts";
import { countSpans, query, total, type Window } from "./stores.ts";

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
  /** Spans that the Worker gave up or does not know the end of. */
  readonly lost: number;
};

const health = [{ label: "http.route", op: "matches not" as const, value: "/v1/health.*" }];
const [method, route] = [labelName("http.request.method"), labelName("http.route")];

/** The raw counters of the SLI as they stand: no rate, no increase(), which extrapolate. */
export async function readSli(prometheus: string): Promise<SliReading> {
  const by = (part: "_count" | "_sum") =>
    query(prometheus, `sum by (${method}, ${route}) (${own("http.server.request.duration", part, health)})`);
  const [counts, sums] = await Promise.all([by("_count"), by("_sum")]);
  const keyOf = (labels: Readonly<Record<string, string>>) => `${labels[method]} ${labels[route]}`;
  const seconds = new Map(sums.map(({ metric, value }) => [keyOf(metric), value]));
  const lost = await Promise.all([
    query(prometheus, lostSpans.dropped),
    query(prometheus, lostSpans.uncertain),
  ]);
  return {
    counts: new Map(
      counts.map(({ metric, value }) => [
        keyOf(metric),
        { count: value, seconds: seconds.get(keyOf(metric)) ?? 0 },
      ]),
    ),
    lost: lost.flat().reduce((sum, { value }) => sum + value, 0),
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
 * @param spans  HTTP entry spans by route that carry the run's correlation id; undefined where Tempo was not asked
 */
export function compareViews(
  sent: Sent,
  before: SliReading,
  after: SliReading,
  spans: ReadonlyMap<string, number> | undefined,
): Agreement {
  const admittedLost = Math.max(0, after.lost - before.lost);
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
        difference: differenceWords(client.count, client.unanswered, count, stored),
      };
    });
  return { rows, admittedLost, ...explained(rows, sent, admittedLost) };
}

function differenceWords(client: number, unanswered: number, sli: number, spans: number | undefined): string {
  const words: string[] = [];
  if (sli > client) words.push(`${sli - client} of somebody else`);
  if (sli < client) words.push(`${client - sli} not counted`);
  if (spans !== undefined && spans !== client)
    words.push(spans < client ? `${client - spans} without a span` : `${spans - client} spans too many`);
  if (unanswered > 0) words.push(`${unanswered} without an answer`);
  return words.join(", ");
}

/** Missing ones are explained by requests that were never answered and by spans that telemetry says it lost. */
function explained(
  rows: readonly AgreementRow[],
  sent: Sent,
  admittedLost: number,
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
    ...(others > 0 ? [`the SLI counted ${others} requests of somebody else in the same time`] : []),
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
    ...(tooMany > 0 ? [`${tooMany} spans are stored that no request made`] : []),
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
  runId: string,
  recording: Recording,
  before: SliReading,
  pause: (ms: number) => Promise<unknown>,
): Promise<Agreement | undefined> {
  if (prometheus === undefined) return undefined;
  const sent = sentOf(recording);
  // Spans wait a second in the Worker, span metrics five at the collector, and one in its queue.
  const counted = await settled(
    () => readSli(prometheus),
    pause,
    async (reading) => ({
      isWhole: isWhole(compareViews(sent, before, reading, undefined)),
      state: JSON.stringify([...reading.counts]),
      isDrained: ((await total(prometheus, "sum(otelcol_exporter_queue_size)")) ?? 0) === 0,
    }),
  );
  if (tempo === undefined) return compareViews(sent, before, counted, undefined);
  return compareViews(sent, before, counted, await storedSpans(tempo, runId, recording, pause));
}

/**
 * HTTP entry spans of a run by route, once each of its requests has one or no more come.
 *
 * @throws StoreAway
 */
export function storedSpans(
  tempo: string,
  runId: string,
  recording: Recording,
  pause: (ms: number) => Promise<unknown>,
): Promise<ReadonlyMap<string, number>> {
  const [sent, window] = [sentOf(recording), windowOf(recording)];
  return settled(
    () => spansByRoute(tempo, runId, sent, window),
    pause,
    async (found) => ({
      isWhole: [...sent].every(([name, { count }]) => found.get(name) === count),
      state: JSON.stringify([...found]),
      isDrained: true,
    }),
  );
}

const isWhole = ({ rows }: Agreement) => rows.every(({ difference }) => difference === "");
const readingsMax = 40;

async function settled<T>(
  read: () => Promise<T>,
  pause: (ms: number) => Promise<unknown>,
  look: (reading: T) => Promise<{ isWhole: boolean; state: string; isDrained: boolean }>,
): Promise<T> {
  let [last, quiet] = ["", 0];
  for (let readings = 1; ; readings++) {
    const reading = await read();
    const { isWhole: whole, state, isDrained } = await look(reading);
    quiet = state === last && isDrained ? quiet + 1 : 0;
    if (whole || quiet >= 4 || readings >= readingsMax) return reading;
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
