import type { Blocked, Change } from "../../../src/features/bookings/attempt.ts";

export type Place = { readonly room: number; readonly slot: number };
export type Program = { readonly attempt: number; readonly booking: number } & (
  | { readonly kind: "create"; readonly at: Place }
  | { readonly kind: "move"; readonly to: Place }
  | { readonly kind: "cancel" }
);
export type Row = {
  readonly active: boolean;
  readonly room: number;
  readonly slot: number;
  readonly version: number;
};
export type Hold = { readonly attempt: number; readonly booking: number; readonly slot: number };
export type Room = {
  readonly intents: readonly Hold[];
  readonly bookings: readonly (readonly [booking: number, version: number, slot: number])[];
};
export type Step = "start" | "out" | "in" | "decide" | "resolve" | "apply" | "end";
export type Client = {
  readonly step: Step;
  readonly booking: number;
  readonly seen: Row | null;
  readonly settlement: Message | null;
};
export type Message =
  | {
      readonly kind: "intent";
      readonly program: number;
      readonly booking: number;
      readonly room: number;
      readonly out: boolean;
    }
  | { readonly kind: "decide"; readonly program: number; readonly booking: number; readonly seen: Row | null }
  | {
      readonly kind: "settle";
      readonly attempt: number;
      readonly booking: number;
      /** The booking that the attempt was committed for, as its row is now; null when aborted. */
      readonly won: { readonly booking: number; readonly row: Row } | null;
      readonly rooms: readonly number[];
    };
export type World = {
  /** Of each attempt: 0 open, -1 aborted, else 1 + the booking that it was committed for. */
  readonly decisions: readonly number[];
  readonly rows: readonly (Row | null)[];
  readonly rooms: readonly Room[];
  readonly clients: readonly Client[];
  readonly bag: readonly Message[];
};
export type Scenario = {
  readonly programs: readonly Program[];
  readonly rows: readonly (Row | null)[];
  readonly rooms: number;
};

export const noSlot = -1;
export const interval = (slot: number) => (slot === noSlot ? null : { from: slot, to: slot + 1 });

export function blockedIn(room: Room): Blocked[] {
  const placed = room.bookings.flatMap(([booking, , slot]) => blockedBy(booking, null, slot));
  return [
    ...placed,
    ...room.intents.flatMap((hold) => blockedBy(hold.booking, `${hold.attempt}`, hold.slot)),
  ];
}

function blockedBy(booking: number, attempt: string | null, slot: number): Blocked[] {
  const place = interval(slot);
  return place ? [{ ...place, booking: `${booking}`, attempt }] : [];
}

/** States share most of their parts: each different part gets one character, so a state is a short text. */
const letters = new Map<string, string>();
const letterOf = new WeakMap<object, string>();
export function encodePart(part: object): string {
  const known = letterOf.get(part);
  if (known !== undefined) return known;
  const text = JSON.stringify(part);
  const letter = letters.get(text) ?? String.fromCodePoint(0x100 + letters.size);
  letters.set(text, letter);
  letterOf.set(part, letter);
  return letter;
}
const encodeList = (list: readonly (object | number | null)[]) => {
  let text = "";
  for (const part of list)
    text += typeof part === "object" && part ? encodePart(part) : part === null ? "-" : part;
  return text;
};

export const encodeWorld = (w: World): string =>
  `${encodeList(w.decisions)}|${encodeList(w.rows)}${encodeList(w.rooms)}${encodeList(w.clients)}${encodeList(w.bag)}`;

export const replaced = <T>(list: readonly T[], at: number, value: T): T[] =>
  list.map((item, i) => (i === at ? value : item));

export function changeRoom(world: World, index: number, changes: readonly Change[]): World {
  let { intents, bookings } = world.rooms[index] as Room;
  for (const change of changes) {
    if (change.kind === "set-booking") {
      const id = Number(change.booking);
      const kept = bookings.filter(([booking]) => booking !== id);
      bookings = [...kept, [id, change.version, change.place?.from ?? noSlot] as const].sort(
        ([a], [b]) => a - b,
      );
    } else {
      const attempt = Number(change.kind === "put-intent" ? change.intent.attempt : change.attempt);
      intents = intents.filter((hold) => hold.attempt !== attempt);
      if (change.kind === "put-intent") {
        const slot = change.intent.place?.from ?? noSlot;
        intents = [...intents, { attempt, booking: Number(change.intent.booking), slot }].sort(
          (a, b) => a.attempt - b.attempt,
        );
      }
    }
  }
  return { ...world, rooms: replaced(world.rooms, index, { intents, bookings }) };
}
