import { intend, settle, settlementOf } from "../../../src/features/bookings/attempt.ts";
import type { System } from "./explore.ts";
import { anyViolation } from "./invariants.ts";
import {
  blockedIn,
  type Client,
  changeRoom,
  encodePart,
  encodeWorld,
  interval,
  type Message,
  noSlot,
  type Program,
  type Room,
  type Row,
  replaced,
  type Scenario,
  type World,
} from "./world.ts";

/**
 * The protocol around the real functions of attempt.ts: D1, rooms, clients, a network.
 * A call either happens while its client waits, or its client stops waiting and the message stays in the bag:
 * from there it arrives at any later time, or never. Clients give up at any time; alarms fire at any time.
 */
type Edge = readonly [string, World];

type Variant = {
  readonly versioned: boolean;
  readonly violationOf: (world: World, atRest: boolean) => string | undefined;
};

/** @param variant  `versioned: false` lets rooms forget versions: it must be caught */
export function bookingModel(
  scenario: Scenario,
  variant: Variant = { versioned: true, violationOf: anyViolation },
): System<World> {
  const { programs } = scenario;
  const { versioned } = variant;
  const model = {
    initial: initialWorld(scenario),
    encode: encodeWorld,
    isAtRest: (world: World) =>
      world.bag.length === 0 && world.rooms.every((room) => room.intents.length === 0),
    violationOf: (world: World) => variant.violationOf(world, model.isAtRest(world)),
    *next(world: World): Iterable<Edge> {
      for (let i = 0; i < programs.length; i++) yield* clientEdges(world, i, programs, versioned);
      yield* alarmEdges(world);
      for (let i = 0; i < world.bag.length; i++) {
        const rest: World = { ...world, bag: world.bag.filter((_, at) => at !== i) };
        const message = world.bag[i] as Message;
        yield [`lost: ${message.kind}`, rest];
        yield [`late: ${message.kind}`, deliver(rest, message, programs, versioned).world];
      }
    },
  };
  return model;
}

function initialWorld({ programs, rows, rooms }: Scenario): World {
  const calendar = (room: number): Room => ({
    intents: [],
    bookings: rows.flatMap((row, booking) =>
      row?.room === room ? [[booking, row.version, row.slot] as const] : [],
    ),
  });
  const attempts = Math.max(...programs.map((program) => program.attempt)) + 1;
  return {
    decisions: Array.from({ length: attempts }, () => 0),
    rows,
    rooms: Array.from({ length: rooms }, (_, room) => calendar(room)),
    clients: programs.map(({ booking }) => ({ step: "start", booking, seen: null, settlement: null })),
    bag: [],
  };
}

function* clientEdges(
  world: World,
  index: number,
  programs: readonly Program[],
  versioned: boolean,
): Iterable<Edge> {
  const client = world.clients[index] as Client;
  const program = programs[index] as Program;
  if (client.step === "end") return;
  const become = (base: World, change: Partial<Client>): World => ({
    ...base,
    clients: replaced(base.clients, index, { ...client, ...change }),
  });
  const over: Partial<Client> = { step: "end", seen: null, settlement: null };
  if (client.step === "start") {
    const first = firstStep(world, program);
    if (first) yield [`client ${index}: begins`, become(world, first)];
    return;
  }
  yield [`client ${index}: gives up before ${client.step}`, become(world, over)];
  if (client.step === "resolve") {
    const [resolved, settlement] = resolve(world, program.attempt, client.booking, roomsOf(program, client));
    yield [`client ${index}: resolves`, become(resolved, { step: "apply", settlement })];
    return;
  }
  const message = messageOf(client, program, index);
  const lateNext: Partial<Client> = client.step === "decide" ? { step: "resolve" } : over;
  yield [`client ${index}: ${client.step} is late`, become(pack(world, message), lateNext)];
  const { world: after, reply } = deliver(world, message, programs, versioned);
  yield [
    `client ${index}: ${client.step} → ${reply.outcome}`,
    become(after, { ...following(client, program, after, reply), ...bookingOf(reply) }),
  ];
  if (client.step === "decide")
    yield [`client ${index}: decides, answer lost`, become(after, { step: "resolve" })];
}

const bookingOf = (reply: Reply) => (reply.booking === undefined ? {} : { booking: reply.booking });

function firstStep(world: World, program: Program): Partial<Client> | undefined {
  if (program.kind === "create") return { step: "in" };
  const seen = world.rows[program.booking];
  if (!seen?.active) return undefined;
  return { step: program.kind === "move" && seen.room === program.to.room ? "in" : "out", seen };
}

/** Rooms that must hear of the decision. */
function roomsOf(program: Program, client: Client): number[] {
  if (program.kind === "create") return [program.at.room];
  const rooms = new Set(client.seen ? [client.seen.room] : []);
  if (program.kind === "move") rooms.add(program.to.room);
  return [...rooms];
}

function messageOf(client: Client, program: Program, index: number): Message {
  const { booking, seen } = client;
  if (client.step === "apply") return client.settlement as Message;
  if (client.step === "decide") return { kind: "decide", program: index, booking, seen };
  const out = client.step === "out";
  const target = program.kind === "create" ? program.at.room : program.kind === "move" ? program.to.room : 0;
  return { kind: "intent", program: index, booking, room: out ? (seen as Row).room : target, out };
}

function following(client: Client, program: Program, world: World, reply: Reply): Partial<Client> {
  if (client.step === "out" && reply.outcome === "held")
    return { step: program.kind === "move" ? "in" : "decide" };
  if (client.step === "in" && reply.outcome === "held") return { step: "decide" };
  if (client.step === "decide" && reply.outcome === "committed") {
    const rooms = roomsOf(program, client);
    const row = world.rows[client.booking] ?? null;
    return {
      step: "apply",
      settlement: settled(program.attempt, client.booking, row && { booking: client.booking, row }, rooms),
    };
  }
  if (client.step === "decide" || (client.step === "in" && program.kind === "move"))
    return { step: "resolve" };
  return { step: "end", seen: null, settlement: null };
}

function* alarmEdges(world: World): Iterable<Edge> {
  for (const [room, calendar] of world.rooms.entries()) {
    for (const { attempt, booking } of calendar.intents) {
      const [resolved, settlement] = resolve(world, attempt, booking, [room]);
      yield [`room ${room}: alarm resolves attempt ${attempt}`, pack(resolved, settlement)];
    }
  }
}

/** INSERT OR IGNORE 'aborted', then read the decision and the current row of the booking that it names. */
function resolve(world: World, attempt: number, booking: number, rooms: readonly number[]): [World, Message] {
  const decided = world.decisions[attempt] === 0 ? replaced(world.decisions, attempt, -1) : world.decisions;
  const winner = (decided[attempt] as number) - 1;
  const row = world.rows[winner];
  const won = row ? { booking: winner, row } : null;
  return [{ ...world, decisions: decided }, settled(attempt, booking, won, rooms)];
}

const settled = (
  attempt: number,
  booking: number,
  won: { booking: number; row: Row } | null,
  rooms: readonly number[],
): Message => ({ kind: "settle", attempt, booking, won, rooms });

type Reply = { readonly outcome: string; readonly booking?: number | undefined };
type Delivered = { readonly world: World; readonly reply: Reply };

function deliver(
  world: World,
  message: Message,
  programs: readonly Program[],
  versioned: boolean,
): Delivered {
  if (message.kind === "intent") return deliverIntent(world, message, programs[message.program] as Program);
  if (message.kind === "decide") return deliverDecide(world, message, programs[message.program] as Program);
  const [room, ...others] = message.rooms;
  const after = deliverSettle(world, message, room as number, versioned);
  // The other room hears of it in a message of its own, which may be late or lost as well.
  return {
    world: others.length > 0 ? pack(after, { ...message, rooms: others }) : after,
    reply: { outcome: "applied" },
  };
}

function deliverIntent(world: World, message: Message & { kind: "intent" }, program: Program): Delivered {
  const room = world.rooms[message.room] as Room;
  const slot =
    message.out || program.kind === "cancel"
      ? noSlot
      : program.kind === "create"
        ? program.at.slot
        : program.to.slot;
  const known = room.intents.find((hold) => hold.attempt === program.attempt);
  // Within a room the slot tells two requests apart.
  const own = known && {
    ...stillOpen,
    fingerprint: `${known.slot}`,
    attempt: `${known.attempt}`,
    booking: `${known.booking}`,
    place: interval(known.slot),
  };
  const wanted = {
    attempt: `${program.attempt}`,
    booking: `${message.booking}`,
    kind: "create" as const,
    place: interval(slot),
    fingerprint: `${slot}`,
    aborted: [],
  };
  const verdict = intend(wanted, { own, blocked: blockedIn(room) }, 0);
  const booking = verdict.outcome === "held" ? Number(verdict.booking) : undefined;
  return {
    world: changeRoom(world, message.room, verdict.changes),
    reply: { outcome: verdict.outcome, booking },
  };
}

/** The earlier request can no longer be waiting: the hardest case, both go on at once. */
const stillOpen = {
  kind: "create" as const,
  heldAt: Number.NEGATIVE_INFINITY,
  dueAt: 0,
  tries: 0,
};

/** The deciding batch without the triggers of D1: the protocol must hold without its second lock. */
function deliverDecide(world: World, message: Message & { kind: "decide" }, program: Program): Delivered {
  const row = world.rows[message.booking] ?? null;
  const decided = decideRow(row, message.seen, program);
  if (world.decisions[program.attempt] !== 0 || !decided) return { world, reply: { outcome: "refused" } };
  const decisions = replaced(world.decisions, program.attempt, message.booking + 1);
  return {
    world: { ...world, decisions, rows: replaced(world.rows, message.booking, decided) },
    reply: { outcome: "committed" },
  };
}

function decideRow(row: Row | null, seen: Row | null, program: Program): Row | undefined {
  if (program.kind === "create") return row ? undefined : { active: true, ...program.at, version: 1 };
  if (!row?.active || row.version !== seen?.version) return undefined;
  const version = row.version + 1;
  return program.kind === "move"
    ? { active: true, ...program.to, version }
    : { ...row, active: false, version };
}

function deliverSettle(
  world: World,
  message: Message & { kind: "settle" },
  room: number,
  versioned: boolean,
): World {
  const { won } = message;
  const decision = won
    ? ({ outcome: "committed", booking: bookingOfRow(won.booking, won.row) } as const)
    : ({ outcome: "aborted" } as const);
  const settlement = settlementOf(`${message.attempt}`, `${message.booking}`, `${room}`, decision);
  const known = world.rooms[room]?.bookings.find(([id]) => id === message.booking)?.[1] ?? 0;
  return changeRoom(world, room, settle(settlement, versioned ? known : 0));
}

const bookingOfRow = (booking: number, { active, room, slot, version }: Row) => ({
  id: `${booking}`,
  roomId: `${room}`,
  status: active ? ("confirmed" as const) : ("cancelled" as const),
  from: slot,
  to: slot + 1,
  version,
});

/** The bag is a set: a message that is already on its way is not there twice. */
function pack(world: World, message: Message): World {
  const key = encodePart(message);
  if (world.bag.some((other) => encodePart(other) === key)) return world;
  return { ...world, bag: [...world.bag, message].sort((a, b) => (encodePart(a) < encodePart(b) ? -1 : 1)) };
}
