import type { Attributes } from "../attributes.ts";
import type { LooseAttributes } from "./records.ts";

const headerOf = {
  "frontdesk.request.id": "x-request-id",
  "frontdesk.correlation.id": "x-correlation-id",
} as const;
type IdField = keyof typeof headerOf;
const fields = Object.keys(headerOf) as IdField[];

const acceptable = /^[A-Za-z0-9._:-]{1,128}$/;

/** Reads `X-Request-ID` and `X-Correlation-ID`; an id that is not bounded and harmless is left out. */
export function idsIn(headers: Headers): Pick<Attributes, IdField> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const id = headers.get(headerOf[field]);
      return id !== null && acceptable.test(id) ? [[field, id]] : [];
    }),
  );
}

/** The same two headers, name and value, for a call to somebody of ours; empty until an invocation has bound its ids. */
export function askedBy(bound: LooseAttributes = {}): readonly (readonly [string, string])[] {
  return fields.flatMap((field) => {
    const id = bound[field];
    return typeof id === "string" && acceptable.test(id) ? [[headerOf[field], id] as const] : [];
  });
}
