import type { EntryStart } from "../context.ts";
import type { KitSpan } from "../span.ts";

/** What the platform hands to an entry that a foreign shell may know how to take: a request, a cron tick, an alarm. */
export type Trigger = Request | ScheduledController | "alarm";

export type Opening = EntryStart & {
  /** Absent where only the kit has an entry: a message, a call by RPC, a socket. */
  readonly trigger: Trigger | undefined;
};

/** What is to be done with the entry span when its work is over, in this order. */
export type Outcome<T> = {
  readonly succeeded: (span: KitSpan, value: Awaited<T>) => void;
  readonly failed: (span: KitSpan, error: unknown) => void;
  /** The span has ended and is in the buffer. */
  readonly ended: (span: KitSpan) => void;
};

/**
 * A shell: who opens the entry spans and who stands behind `@opentelemetry/api`.
 * `#telemetry-shell` in package.json says which one is built; everything below an entry is the same in all.
 */
export type Shell = {
  /** Stands behind `@opentelemetry/api` in this isolate. Whoever was there before is replaced: two tracers would split traces. */
  readonly install: () => void;
  /** Runs `work` in a new entry span and ends it when the work, or the promise it returns, is done. */
  readonly open: <T>(opening: Opening, work: (span: KitSpan) => T, outcome: Outcome<T>) => T;
};
