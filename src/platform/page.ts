import { AppError } from "./errors.ts";

/** One page of a list; `next` is the opaque cursor of the following page. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | undefined };

/** Packs the sort key of the last row. Clients must not read it, so its form may change. */
export const encodeCursor = (key: readonly (string | number)[]): string =>
  btoa(JSON.stringify(key)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/**
 * Unpacks a cursor made by `encodeCursor` into as many values as `shape` has, of the same types.
 *
 * @throws AppError `invalid_request` when it is not one of ours
 */
export function decodeCursor<const S extends readonly ("string" | "number")[]>(
  cursor: string,
  shape: S,
): { [I in keyof S]: S[I] extends "string" ? string : number } {
  const key = unpack(cursor);
  const fits =
    Array.isArray(key) && key.length === shape.length && shape.every((type, i) => typeof key[i] === type);
  if (!fits) {
    throw new AppError("invalid_request", "The cursor is not one that this list returned.", {
      errors: [
        { pointer: "cursor", detail: "use the cursor from the Link header or next_cursor, or leave it out" },
      ],
    });
  }
  return key as never;
}

/** `Link` header of a page (RFC 8288), keeping the other query parameters; undefined on the last page. */
export function nextLink(requestUrl: string, next: string | undefined): string | undefined {
  if (next === undefined) return undefined;
  const url = new URL(requestUrl);
  url.searchParams.set("cursor", next);
  return `<${url.pathname}${url.search}>; rel="next"`;
}

/** A page as a list route answers it: fields of the body, and headers. */
export function pageAnswer<T, V>(requestUrl: string, { items, next }: Page<T>, onWire: (item: T) => V) {
  const link = nextLink(requestUrl, next);
  return {
    fields: { items: items.map(onWire), ...(next !== undefined && { next_cursor: next }) },
    headers: link === undefined ? {} : { Link: link },
  };
}

function unpack(cursor: string): unknown {
  try {
    return JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return undefined;
  }
}
