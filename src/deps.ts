import { auditInsertion, auditRemoval } from "./features/audit/store.ts";
import type { AuthDeps } from "./features/auth/ports.ts";
import { accountRemoval, accountStore, sessionStore } from "./features/auth/store.ts";
import { signedTokens } from "./features/auth/token.ts";
import type { Booking } from "./features/bookings/booking.ts";
import { calendarClient } from "./features/bookings/client.ts";
import type { BookingDeps, Calendar } from "./features/bookings/ports.ts";
import {
  answerRemoval,
  answerStore,
  bookingRemoval,
  bookingStore,
  decisionRemoval,
  isBooked,
} from "./features/bookings/store.ts";
import type { EventDeps } from "./features/events/ports.ts";
import { eventQueue } from "./features/events/producer.ts";
import { relayOutbox } from "./features/events/relay-outbox.ts";
import {
  activityStore,
  eventInsertion,
  eventRemoval,
  hasEvents,
  outboxStore,
} from "./features/events/store.ts";
import { bindingQuestions } from "./features/health/client.ts";
import type { HealthDeps } from "./features/health/ports.ts";
import type { RoomDeps } from "./features/rooms/ports.ts";
import { roomRemoval, roomStore, someRooms } from "./features/rooms/store.ts";
import type { TenantDeps } from "./features/tenants/ports.ts";
import { removalStore, tenantStore } from "./features/tenants/store.ts";
import { countRemoved } from "./platform/batch.ts";
import { type Clock, systemClock } from "./platform/clock.ts";
import { type Db, openDb } from "./platform/db.ts";
import { type Env, parseEnv, type Settings } from "./platform/env.ts";
import { type Id, type Ids, randomIds } from "./platform/ids.ts";
import { queueName } from "./platform/kit-config.ts";

/** Everything the app is made of: ports and settings, never a stub or a session of one request. */
export type Deps = {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tenants: TenantDeps;
  readonly auth: AuthDeps;
  readonly rooms: RoomDeps;
  readonly bookings: BookingDeps;
  /** What an Idempotency-Key stands for. */
  readonly answers: ReturnType<typeof answerStore>;
  readonly events: EventDeps;
  readonly health: HealthDeps;
};

type Outside = { readonly clock: Clock; readonly ids: Ids };

/** The composition root: the one place where features meet each other and their bindings. */
export function buildDeps(env: Env, outside: Outside = { clock: systemClock, ids: randomIds }): Deps {
  const settings = parseEnv(env);
  const db = openDb(env.DB);
  const tenants = tenantStore(db);
  const rooms = roomStore(db);
  const events = eventDeps(env, db, outside);
  const bookings = bookingDeps(env, db, outside, rooms, events);
  return {
    settings,
    ...outside,
    tenants: { ...outside, tenants, ...removalDeps(db, bookings.calendar) },
    auth: {
      ...outside,
      accounts: accountStore(db, tenants),
      sessions: sessionStore(db, tenants),
      tokens: signedTokens(settings.jwtKeys, `https://${settings.baseDomain}`, outside.clock),
    },
    rooms: {
      ...outside,
      rooms,
      occupied: (tenantId, roomId, from, to) =>
        bookings.calendar.occupied({ tenantId, roomId }, { from, to }),
    },
    bookings,
    answers: answerStore(db, outside.clock),
    events,
    health: healthDeps(env, settings, outside.clock),
  };
}

function eventDeps(env: Env, db: Db, { clock }: Outside): EventDeps {
  return {
    clock,
    outbox: outboxStore(db),
    queue: eventQueue(env.EVENTS, queueName(env.ENVIRONMENT)),
    activity: activityStore(db),
  };
}

function bookingDeps(
  env: Env,
  db: Db,
  outside: Outside,
  rooms: RoomDeps["rooms"],
  events: EventDeps,
): BookingDeps {
  const insertEvent = eventInsertion(db, outside.ids);
  const lent = {
    audit: auditInsertion(db, outside.ids),
    event: (
      type: "booking.created" | "booking.cancelled",
      { id, tenantId, roomId, version, from, to }: Booking,
      at: number,
    ) =>
      insertEvent({
        type,
        tenantId,
        aggregate: id,
        sequence: version,
        payload: { room_id: roomId, from, to },
        at,
      }),
  };
  return {
    ...outside,
    calendar: calendarClient(env.ROOM_CALENDAR),
    bookings: bookingStore(env.DB, outside.clock, lent),
    roomExists: async (room) =>
      (await rooms.byId(room.tenantId as Id<"tenant">, room.roomId as Id<"room">)) !== undefined,
    relay: async () => void (await relayOutbox(events, 1)),
  };
}

/** What each feature keeps of a tenant, in an order that leaves no row without what it refers to. */
function removalDeps(db: Db, calendar: Calendar): Pick<TenantDeps, "removals" | "belongings"> {
  return {
    removals: removalStore(db, hasEvents),
    belongings: {
      rooms: (tenant, after, limit) => someRooms(db, tenant, after, limit),
      clearCalendar: (tenantId, roomId) => calendar.clear({ tenantId, roomId }),
      removeRooms: (rooms, rows) =>
        countRemoved(db, [bookingRemoval(db, rooms, rows), roomRemoval(db, rooms, isBooked)]),
      removeDecisions: (tenant, rows) => countRemoved(db, [decisionRemoval(db, tenant, rows)]),
      removeRest: (tenant, rows) =>
        countRemoved(db, [
          answerRemoval(db, tenant, rows),
          ...eventRemoval(db, tenant, rows),
          auditRemoval(db, tenant, rows),
          ...accountRemoval(db, tenant, rows),
        ]),
    },
  };
}

function healthDeps(env: Env, settings: Settings, clock: Clock): HealthDeps {
  const calendars = env.ROOM_CALENDAR as unknown as { getByName(name: string): { ping(): Promise<unknown> } };
  const dependencies = {
    ...bindingQuestions(env),
    durable_object: () => calendars.getByName("health").ping(),
  };
  return { clock, release: settings.release, token: settings.healthToken, dependencies };
}

const built = new WeakMap<Env, Deps>();

/** `buildDeps`, once per isolate. */
export function depsOf(env: Env): Deps {
  const found = built.get(env) ?? buildDeps(env);
  built.set(env, found);
  return found;
}
