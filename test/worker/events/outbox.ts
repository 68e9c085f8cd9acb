import { buildDeps } from "../../../src/deps.ts";
import { consumeEvent } from "../../../src/features/events/consumer.ts";
import type { Event } from "../../../src/features/events/ports.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { type Fault, faultyEnv } from "../../fakes/faulty-bindings.ts";
import { env } from "../support/api.ts";

export const now = Date.parse("2026-12-01T10:00:00Z");

/** Events of the feature over real D1 at a set time; what it sends lands in `sent`. */
export function eventsAt(time: number, plan: readonly Fault[] = []) {
  const sent: Event[] = [];
  const collector = {
    sendBatch: async (messages: Iterable<{ body: unknown }>) =>
      void sent.push(...[...messages].map(({ body }) => body as Event)),
    metrics: async () => ({
      backlogCount: sent.length,
      backlogBytes: 0,
      oldestMessageTimestamp: new Date(sent.length > 0 ? time - 7_000 : 0),
    }),
  } as unknown as Queue<unknown>;
  const faulty = faultyEnv({ ...env, EVENTS: collector }, plan);
  return {
    deps: buildDeps(faulty.env, { clock: () => time, ids: randomIds }).events,
    sent,
    hits: faulty.hits,
  };
}

export function newEvent(change: Partial<Event> = {}): Event {
  const aggregate = randomIds("booking");
  const payload = { room_id: "room-1", from: now, to: now + 1 };
  const type = "booking.created";
  return {
    id: randomIds("event"),
    tenantId: randomIds("tenant"),
    type,
    aggregate,
    sequence: 1,
    payload,
    at: now,
    ...change,
  };
}

/** Puts events into the outbox, as a deciding batch does. */
export async function store(events: readonly Event[]): Promise<void> {
  const sql = `INSERT INTO outbox (id, tenant_id, type, aggregate, sequence, payload, traceparent, state, sends, claimed_until, created_at)
    VALUES (?,?,?,?,?,?,?,'pending',0,0,?)`;
  const statement = env.DB.prepare(sql);
  await env.DB.batch(
    events.map((event) =>
      statement.bind(
        event.id,
        event.tenantId,
        event.type,
        event.aggregate,
        event.sequence,
        JSON.stringify(event.payload),
        event.trace?.traceparent ?? null,
        event.at,
      ),
    ),
  );
}

/** Delivers a message as the queue does; says what became of it. */
export async function deliver(
  event: unknown,
  plan: readonly Fault[] = [],
): Promise<"acked" | "retried" | undefined> {
  let end: "acked" | "retried" | undefined;
  const message = {
    id: "message-1",
    // Through JSON, as over the wire.
    body: JSON.parse(JSON.stringify(event)),
    ack: () => {
      end = "acked";
    },
    retry: () => {
      end = "retried";
    },
  } as unknown as Message<unknown>;
  await consumeEvent(eventsAt(now, plan).deps, message);
  return end;
}

export const countsOf = async (tenantId: string): Promise<Record<string, number>> => {
  const { deps } = eventsAt(now);
  return Object.fromEntries(
    (await deps.activity.days(tenantId, 10)).map(({ type, events }) => [type, events]),
  );
};

export const stateOf = (event: Event) =>
  env.DB.prepare("SELECT state FROM outbox WHERE id = ?").bind(event.id).first("state");
