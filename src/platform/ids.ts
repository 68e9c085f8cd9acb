import { typeid } from "typeid-js";

/** Kinds of id and their prefix: `room_01h…`, sortable by time of creation. */
export type IdKind =
  | "tenant"
  | "user"
  | "session"
  | "room"
  | "booking"
  | "attempt"
  | "event"
  | "req"
  | "audit";
export type Id<K extends IdKind> = string & { readonly __kind: K };
export type Ids = <K extends IdKind>(kind: K) => Id<K>;

export const randomIds: Ids = (kind) => typeid(kind).toString() as never;

/** Says whether `text` has the shape of an id of this kind; a wrong shape is a 404, never a query. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  return new RegExp(`^${kind}_[0-7][0-9a-hjkmnp-tv-z]{25}$`).test(text);
}
