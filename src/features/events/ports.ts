import type { TraceCarrier } from "../../../telemetry/kit/index.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Id } from "../../platform/ids.ts";
import type { Page } from "../../platform/page.ts";

/** A fact that happened; it travels under its own id, the same at every resend. */
export type Event = {
  readonly id: Id<"event">;
  readonly tenantId: string;
  readonly type: "booking.created" | "booking.cancelled";
  /** What it happened to, and the how-manieth change of it this is. */
  readonly aggregate: string;
  readonly sequence: number;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Trace in which it happened. */
  readonly trace?: TraceCarrier | undefined;
  /** X-Request-ID and X-Correlation-ID of the request that caused it; null when nobody asked. */
  readonly requestId?: string | null;
  readonly correlationId?: string | null;
};

export type OutboxState = {
  /** Epoch milliseconds of the oldest event that is not handled, be it sent or not: a dead consumer shows here too. */
  readonly oldestOpenAt: number | undefined;
  /** Events that are not handled. */
  readonly open: number;
  /** Those of them that the queue has taken three times or more. */
  readonly resent: number;
};

export type ActivityEntry = Pick<Event, "type" | "aggregate" | "sequence" | "payload" | "at">;
export type ActivityDay = { readonly day: string; readonly type: string; readonly events: number };

/** Doubles with each time that the queue took the event, up to the largest, so a poisonous one does not drum; an outage of the queue doubles nothing. */
export type HandleLease = { readonly firstMs: number; readonly maxMs: number };

export type EventDeps = {
  readonly clock: Clock;
  readonly outbox: {
    /** Takes events that are due, by one statement, so that two relays never take the same. */
    claim(now: number, leaseUntil: number, limit: number): Promise<readonly Event[]>;
    /** Due again after their lease, unless handled by then; one statement for all. */
    markSent(events: readonly Id<"event">[], now: number, lease: HandleLease): Promise<void>;
    /** Writes inbox, effects and the end of the outbox row in one batch; a second time it only ends the row. */
    handle(event: Event, now: number): Promise<"handled" | "duplicate">;
    state(): Promise<OutboxState>;
    /** Drops what was handled before. */
    forget(before: number): Promise<void>;
  };
  readonly queue: {
    readonly name: string;
    send(events: readonly Event[]): Promise<void>;
    /** What waits: messages, and since when the oldest does, in epoch milliseconds. */
    backlog(): Promise<{ readonly messages: number; readonly oldestAt: number | undefined }>;
  };
  readonly activity: {
    /** Newest first: the last change of each thing. */
    latest(
      tenantId: string,
      page: { limit: number; cursor?: string | undefined },
    ): Promise<Page<ActivityEntry>>;
    days(tenantId: string, limit: number): Promise<readonly ActivityDay[]>;
  };
};
