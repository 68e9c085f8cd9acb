import { DurableObject } from "cloudflare:workers";
import { capture, log, span } from "../../../telemetry/kit/index.ts";
import { type Clock, systemClock } from "../../platform/clock.ts";
import type { Env } from "../../platform/env.ts";
import {
  type Change,
  intend,
  postpone,
  type Settlement,
  settle,
  settlementOf,
  type Wanted,
} from "./attempt.ts";
import type { Interval } from "./booking.ts";
import { calendarRows, type Known } from "./calendar-rows.ts";
import type { HoldReply, RoomRef } from "./ports.ts";
import { decisionStore } from "./store.ts";

const repairsPerAlarm = 50;
/** When even the calendar's own storage failed and nothing is known of what is due. */
const blindRetryMs = 60_000;

/** The calendar of one room: a shell of storage and alarm around the rules of attempt.ts. */
export class RoomCalendar extends DurableObject<Env> {
  private known: ReturnType<typeof calendarRows> | undefined;
  private readonly clock: Clock;

  /** @param clock  replaced in tests; the platform passes the first two */
  constructor(ctx: DurableObjectState, env: Env, clock: Clock = systemClock) {
    super(ctx, env);
    this.clock = clock;
    this.known = calendarRows(ctx.storage.sql);
  }

  /** A calendar that was cleared stays empty until it is asked something. */
  private get rows(): ReturnType<typeof calendarRows> {
    this.known ??= calendarRows(this.ctx.storage.sql);
    return this.known;
  }

  /** Blocks a place until the attempt is decided. Repeating it is harmless. */
  hold(room: RoomRef, wanted: Wanted): Promise<HoldReply> {
    return this.take(room, wanted);
  }

  /** Announces an attempt that only frees a place, so that an alarm finishes it if the request cannot. */
  intend(room: RoomRef, wanted: Wanted): Promise<HoldReply> {
    return this.take(room, wanted);
  }

  /** Obeys a decision of D1, whenever and however often it arrives. */
  async apply(room: RoomRef, settlement: Settlement): Promise<void> {
    this.change(room, settle(settlement, this.rows.versionOf(settlement.booking)));
    await this.arm();
  }

  /** Leaves nothing: no row, no alarm. Whoever asks afterwards meets an empty calendar. */
  async clear(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.known = undefined;
  }

  occupied(range: Interval): Interval[] {
    return this.rows.blockedIn(range).map(({ from, to }) => ({ from, to }));
  }

  /** Answers when its storage does; asked by the deep health check. */
  ping(): number {
    return this.ctx.storage.sql.databaseSize;
  }

  /** Never throws: the platform would give up after 7 tries, this one goes on until D1 answers. */
  override async alarm(): Promise<void> {
    try {
      const { rows } = this;
      const due = rows.dueAt(this.clock(), repairsPerAlarm);
      // The next alarm is set before anything that can fail.
      for (const { intent } of due) rows.postpone(postpone(intent, this.clock()));
      await this.arm();
      for (const known of due) if (rows === this.known) await this.repair(known);
      if (rows === this.known) await this.arm();
    } catch (error) {
      capture(error, { "frontdesk.module": "bookings" });
      await this.ctx.storage.setAlarm(this.clock() + blindRetryMs).catch(() => {});
    }
  }

  private async take(room: RoomRef, wanted: Wanted): Promise<HoldReply> {
    const own = this.rows.intentOf(wanted.attempt);
    const blocked = wanted.place ? this.rows.blockedIn(wanted.place) : [];
    const { changes, ...reply } = intend(wanted, { own, blocked }, this.clock());
    this.change(room, changes);
    await this.arm();
    return reply;
  }

  private async repair({ intent, room }: Known): Promise<void> {
    const attributes = { "frontdesk.attempt.id": intent.attempt, "frontdesk.room.id": room.roomId };
    await span("calendar.repair", attributes, async (active) => {
      try {
        const store = decisionStore(this.env.DB, this.clock);
        const { attempt, booking } = intent;
        const { rows } = this;
        const decision = await store.resolve({ attempt, booking, tenantId: room.tenantId });
        // Cleared while D1 was asked.
        if (rows !== this.known) return;
        const settlement = settlementOf(attempt, booking, room.roomId, decision);
        this.change(room, settle(settlement, rows.versionOf(booking)));
        active.annotate({ "frontdesk.outcome": settlement.outcome });
        log("info", "calendar.repaired", {
          ...attributes,
          "frontdesk.module": "bookings",
          "frontdesk.outcome": settlement.outcome,
        });
        if (settlement.outcome === "committed") await store.markApplied(attempt);
      } catch (error) {
        active.fail("unavailable");
        capture(error, { ...attributes, "frontdesk.module": "bookings" });
      }
    });
  }

  /** All changes of one judgement in one transaction. */
  private change(room: RoomRef, changes: readonly Change[]): void {
    this.ctx.storage.transactionSync(() => {
      for (const change of changes) {
        if (change.kind === "drop-intent") this.rows.dropIntent(change.attempt);
        else if (change.kind === "set-booking")
          this.rows.setBooking(change.booking, change.version, change.place);
        else this.rows.putIntent(change.intent, room);
      }
    });
  }

  /** One alarm, at the earliest due intent. */
  private async arm(): Promise<void> {
    const next = this.rows.nextDueAt();
    if (next === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(next);
  }
}
