import { seedTracePrefix } from "../seed.ts";
import type { Screen } from "../stack/screen.ts";
import { type AssembledTrace, Assembler, isEntry } from "./assemble.ts";
import { spansOf, type TapSpan } from "./otlp-json.ts";
import { traceTree } from "./tree.ts";

/** What is printed: everything, all but what nobody asked for (heartbeat, cron, health), or nothing. */
export type Shown = "all" | "requests" | "nothing";

export type TracePrinter = {
  shown: Shown;
  /** Takes an OTLP/HTTP JSON trace request. What cannot be read is not printed. */
  add(text: string): void;
  close(): void;
};

const sweepMs = 250;
/** More than a person can read; a load test must not drown the terminal. */
const treesPerSecond = 8;

export function tracePrinter(screen: Screen, shown: Shown, now: () => number = Date.now): TracePrinter {
  const assembler = new Assembler();
  const unasked = new Unasked();
  const budget = { second: 0, printed: 0, skipped: 0 };
  const printer: TracePrinter = {
    shown,
    add: (text) => {
      if (printer.shown === "nothing") return;
      try {
        const spans = spansOf(text);
        unasked.learn(spans);
        assembler.add(spans, now());
      } catch {
        // Not JSON: the collector will say so.
      }
    },
    close: () => clearInterval(timer),
  };
  const timer = setInterval(() => {
    for (const trace of assembler.take(now()))
      if (printer.shown === "all" || !unasked.has(trace)) print(trace, screen, assembler, budget, now());
    if (assembler.isEmpty && budget.skipped > 0) tellSkipped(screen, budget);
  }, sweepMs);
  timer.unref();
  return printer;
}

type Budget = { second: number; printed: number; skipped: number };

function print(
  trace: AssembledTrace,
  screen: Screen,
  assembler: Assembler,
  budget: Budget,
  nowMs: number,
): void {
  const second = Math.floor(nowMs / 1000);
  if (second !== budget.second) Object.assign(budget, { second, printed: 0 });
  if (budget.printed++ >= treesPerSecond) return void budget.skipped++;
  if (budget.skipped > 0) tellSkipped(screen, budget);
  screen.print(`${traceTree(trace, screen.paint, (id) => assembler.nameOf(id)).join("\n")}\n`);
}

function tellSkipped(screen: Screen, budget: Budget): void {
  screen.print(screen.paint.dim(`… ${budget.skipped} more traces, too fast to print\n`));
  budget.skipped = 0;
}

/** Work that nobody at the terminal asked for, and what follows from it later or in traces of its own. */
class Unasked {
  #traceIds = new Set<string>();

  /** Looks at spans as they arrive: what follows may be complete before what it comes from. */
  learn(spans: readonly TapSpan[]): void {
    for (const span of spans) if (isUnasked(span)) this.#add(span.traceId);
  }

  has({ traceId, spans }: AssembledTrace): boolean {
    if (this.#traceIds.has(traceId)) return true;
    const origins = spans.flatMap(({ links }) => links).filter((link) => link.traceId !== traceId);
    return origins.length > 0 && origins.every((origin) => this.#traceIds.has(origin.traceId));
  }

  #add(traceId: string): void {
    this.#traceIds.delete(traceId);
    this.#traceIds.add(traceId);
    const [oldest] = this.#traceIds;
    if (this.#traceIds.size > unaskedMax && oldest !== undefined) this.#traceIds.delete(oldest);
  }
}

const unaskedMax = 2_000;
const unaskedEntry = /^(heartbeat$|scheduled\b|GET \/v1\/health$)/;

/** The probe asks twice a minute; the newcomer's own requests would drown. */
function isUnasked(span: TapSpan): boolean {
  if (span.traceId.startsWith(seedTracePrefix) || span.attributes.has("user_agent.synthetic.type"))
    return true;
  if (span.parentId === "" && span.name.endsWith("/constructor")) return !span.isError;
  return (isEntry(span) || span.kind === "server") && unaskedEntry.test(span.name);
}
