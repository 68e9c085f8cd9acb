import type { TraceState } from "@opentelemetry/api";

/** W3C trace context as it travels in messages and rows. */
export type TraceCarrier = { readonly traceparent: string; readonly tracestate?: string | undefined };

/** A parsed `traceparent`, with its `tracestate` when that is well formed. */
export type RemoteContext = {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string | undefined;
};

// A comma stands between two headers, in a future version too.
const shape =
  /^[ \t]*([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-[^,]*)?[ \t]*$/;

/**
 * Parses a `traceparent` strictly. The sampled flag is not read: a remote parent never decides for us.
 *
 * @returns undefined unless the recommendation says that it may be used; two headers joined by a comma are two
 * @source https://www.w3.org/TR/trace-context/#traceparent-header-field-values
 */
export function parseTraceparent(
  traceparent: string | null | undefined,
  tracestate?: string | null,
): RemoteContext | undefined {
  const match = shape.exec(traceparent ?? "");
  if (!match) return undefined;
  const [, version, traceId, spanId, , rest] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  return { traceId, spanId, traceState: parseTracestate(tracestate) };
}

const member =
  /^[ \t]*([a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e])[ \t]*$/;
const membersMax = 32;
/** What the recommendation asks for at least; it also says what goes first when there is more. */
const tracestateMax = 512;
const longMember = 128;

/**
 * Keeps a well-formed list: one bad or surplus member makes all of it void. Keys twice are the sender's business.
 * A list that is too long loses whole members: long ones first, then from its end.
 *
 * @source https://www.w3.org/TR/trace-context/#tracestate-header-field-values
 */
export function parseTracestate(header: string | null | undefined): string | undefined {
  const members: string[] = [];
  for (const text of header?.split(",") ?? []) {
    if (text.trim() === "") continue;
    const known = member.exec(text)?.[1];
    if (known === undefined || members.length === membersMax) return undefined;
    members.push(known);
  }
  return shortened(members).join(",") || undefined;
}

function shortened(members: readonly string[]): readonly string[] {
  const length = (list: readonly string[]) => list.join(",").length;
  let kept = members;
  for (let at = kept.length - 1; at >= 0 && length(kept) > tracestateMax; at--)
    if ((kept[at] as string).length > longMember) kept = kept.toSpliced(at, 1);
  while (length(kept) > tracestateMax) kept = kept.slice(0, -1);
  return kept;
}

/** A well-formed `tracestate` as the API hands it to users; whoever sets a member puts it first. */
export function traceStateOf(text: string): TraceState {
  const members = text.split(",").filter(Boolean);
  const isOf = (key: string) => (one: string) => one.startsWith(`${key}=`);
  const without = (key: string) => members.filter((one) => !isOf(key)(one));
  return {
    get: (key) => members.find(isOf(key))?.slice(key.length + 1),
    set: (key, value) => traceStateOf([`${key}=${value}`, ...without(key)].join(",")),
    unset: (key) => traceStateOf(without(key).join(",")),
    serialize: () => text,
  };
}

/** We record every span and let the collector decide, so the flag we send is always "sampled". */
export const formatTraceparent = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`;

/** Reads carriers; malformed ones are left out. */
export function remotesOf(carriers: readonly (TraceCarrier | undefined)[]): RemoteContext[] {
  return carriers.flatMap((carrier) => parseTraceparent(carrier?.traceparent, carrier?.tracestate) ?? []);
}
