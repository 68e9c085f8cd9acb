import { seedTracePrefix } from "../seed.ts";
import type { Screen } from "../stack/screen.ts";
import { type AssembledTrace, Assembler } from "./assemble.ts";
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
  const budget = { second: 0, printed: 0, skipped: 0 };
  const printer: TracePrinter = {
    shown,
    add: (text) => {
      if (printer.shown === "nothing") return;
      try {
        assembler.add(spansOf(text), now());
      } catch {
        // Not JSON: the collector will say so.
      }
    },
    close: () => clearInterval(timer),
  };
  const timer = setInterval(() => {
    for (const trace of assembler.take(now()))
      if (isShown(trace, printer.shown)) print(trace, screen, assembler, budget, now());
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

/** The probe asks twice a minute; the newcomer's own requests would drown. */
const isSynthetic = ({ attributes }: TapSpan) => attributes.has("user_agent.synthetic.type");
const unasked = /^(heartbeat$|scheduled\b|GET \/v1\/health$)/;

function isShown({ traceId, spans, laterThan }: AssembledTrace, shown: Shown): boolean {
  if (shown !== "requests") return shown === "all";
  if (traceId.startsWith(seedTracePrefix) || spans.some(isSynthetic)) return false;
  const root = spans.find(({ parentId }) => parentId === "") ?? spans[0];
  return !unasked.test(laterThan ?? root?.name ?? "");
}
