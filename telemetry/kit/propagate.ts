/** W3C trace context as it travels in messages and rows. */
export type TraceCarrier = { readonly traceparent: string; readonly tracestate?: string | undefined };

/** A parsed `traceparent`, with its `tracestate` when that is well formed. */
export type RemoteContext = {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string | undefined;
};

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

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
  const match = shape.exec(traceparent?.trim() ?? "");
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
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceState: parseTracestate(tracestate) };
}

const simpleKey = "[a-z][a-z0-9_\\-*/]{0,255}";
const tenantKey = "[a-z0-9][a-z0-9_\\-*/]{0,240}@[a-z][a-z0-9_\\-*/]{0,13}";
const member = new RegExp(
  `^((?:${simpleKey})|(?:${tenantKey}))=[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]$`,
);

/** Keeps a well-formed list as it is; one bad, doubled or surplus member makes all of it void. */
export function parseTracestate(header: string | null | undefined): string | undefined {
  if (!header || header.length > 512) return undefined;
  const members = header
    .split(",")
    .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((text) => text !== "");
  if (members.length === 0 || members.length > 32) return undefined;
  const keys = new Set<string>();
  for (const text of members) {
    const key = member.exec(text)?.[1];
    if (key === undefined || keys.has(key)) return undefined;
    keys.add(key);
  }
  return members.join(",");
}

/** We record every span and let the collector decide, so the flag we send is always "sampled". */
export const formatTraceparent = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`;

/** Reads carriers; malformed ones are left out. */
export function remotesOf(carriers: readonly (TraceCarrier | undefined)[]): RemoteContext[] {
  return carriers.flatMap((carrier) => parseTraceparent(carrier?.traceparent, carrier?.tracestate) ?? []);
}
