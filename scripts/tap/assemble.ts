import type { TapSpan } from "./otlp-json.ts";

/** Spans of one trace that are ready to be shown together. */
export type AssembledTrace = {
  readonly traceId: string;
  readonly spans: readonly TapSpan[];
  /** Spans of a very long trace that were left out. */
  readonly left: number;
  /** Name of the root when an earlier part of this trace was shown already. */
  readonly laterThan: string | undefined;
};

type Pending = { spans: Map<string, TapSpan>; left: number; lastAt: number };

/** The exporter's window is a second: what belongs together arrives within it. */
const quietMs = 1_200;
/** A part whose root never comes, e.g. because the isolate died. */
const orphanMs = 8_000;
const tracesMax = 500;
const spansMax = 300;

/** Collects spans by trace until the root has ended and nothing more arrived for a while. Bounded; the oldest go first. */
export class Assembler {
  #pending = new Map<string, Pending>();
  #shown = new Map<string, string>();

  add(spans: readonly TapSpan[], nowMs: number): void {
    for (const span of spans) {
      const trace = this.#pending.get(span.traceId) ?? {
        spans: new Map<string, TapSpan>(),
        left: 0,
        lastAt: 0,
      };
      if (trace.spans.size < spansMax) trace.spans.set(span.spanId, span);
      else trace.left++;
      trace.lastAt = nowMs;
      remember(this.#pending, span.traceId, trace);
    }
  }

  /** Takes the traces that are complete, oldest first. */
  take(nowMs: number): AssembledTrace[] {
    const ready: AssembledTrace[] = [];
    for (const [traceId, { spans, left, lastAt }] of this.#pending) {
      const laterThan = this.#shown.get(traceId);
      const root = [...spans.values()].find(isEntry);
      const waitMs = root || laterThan !== undefined ? quietMs : orphanMs;
      if (nowMs - lastAt < waitMs) continue;
      this.#pending.delete(traceId);
      if (root) remember(this.#shown, traceId, root.name);
      ready.push({ traceId, spans: [...spans.values()], left, laterThan: root ? undefined : laterThan });
    }
    return ready;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Root of a trace that was shown, e.g. of the request that an event comes from. */
  nameOf(traceId: string): string | undefined {
    return this.#shown.get(traceId);
  }
}

/** The HTTP entry may continue a caller's trace, so its parent is no sign; a Durable Object's SERVER span always has one. */
export function isEntry(span: TapSpan): boolean {
  return span.parentId === "" || span.attributes.get("frontdesk.sli") === "true";
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > tracesMax && oldest !== undefined) map.delete(oldest);
}
