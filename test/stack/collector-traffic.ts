import { newTraceId, sendSpans, type TestSpan } from "./otlp.ts";
import { spansOf } from "./stores/tempo.ts";

/** Traces of which every span was answered 2xx, and when. */
export type Sent = {
  readonly traces: { readonly id: string; readonly answeredAt: number }[];
  readonly spansPerTrace: number;
  /** Sends that were not answered: they may have arrived or not. */
  readonly unanswered: string[];
};

/** One SLI span and its children, as many as asked. */
export function traceOf(spans: number): TestSpan[] {
  const entry = {
    name: "GET /kept",
    kind: 2,
    attributes: { "frontdesk.sli": true, "http.route": "/kept", "http.request.method": "GET" },
  } as const;
  const inner = { name: "step", kind: 1 } as const;
  return [entry, ...Array.from({ length: spans - 1 }, () => inner)];
}

/** Sends traces one after the other until told to stop, never faster than one in `everyMs`. */
export function keepSending(base: string, service: string, everyMs: number) {
  const sent: Sent = { traces: [], spansPerTrace: 3, unanswered: [] };
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      await sendTrace(base, service, sent);
      await new Promise((next) => setTimeout(next, everyMs));
    }
  })();
  return {
    sent,
    stop: async (): Promise<Sent> => {
      isOver = true;
      await done;
      return sent;
    },
  };
}

/** Sends this many traces. */
export async function sendTraces(base: string, service: string, count: number): Promise<Sent> {
  const sent: Sent = { traces: [], spansPerTrace: 3, unanswered: [] };
  for (let index = 0; index < count; index += 1) await sendTrace(base, service, sent);
  return sent;
}

async function sendTrace(base: string, service: string, sent: Sent): Promise<void> {
  const id = newTraceId();
  try {
    await sendSpans(base, id, traceOf(sent.spansPerTrace), { service });
    sent.traces.push({ id, answeredAt: Date.now() });
  } catch {
    sent.unanswered.push(id);
  }
}

/** Traces that Tempo holds whole. */
export async function stored(tempo: string, { traces, spansPerTrace }: Sent): Promise<Set<string>> {
  const counts = await spanCounts(
    tempo,
    traces.map(({ id }) => id),
  );
  return new Set([...counts].flatMap(([id, count]) => (count === spansPerTrace ? [id] : [])));
}

/** How many different spans Tempo holds of each trace: a span that was sent twice is one. */
export async function spanCounts(tempo: string, ids: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const left = [...ids];
  const ask = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop())
      counts.set(id, new Set((await spansOf(tempo, id)).map((span) => span.id)).size);
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  return counts;
}
