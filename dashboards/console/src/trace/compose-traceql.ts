/** What the fields of the search say; empty text means anything. Durations are milliseconds. */
export type TraceFields = {
  readonly route: string;
  readonly outcome: "" | "failed" | "refused";
  readonly longer: string;
  readonly shorter: string;
  readonly tenant: string;
};

export const noFields: TraceFields = { route: "", outcome: "", longer: "", shorter: "", tenant: "" };

const outcomes = {
  failed: "(status = error || span.http.response.status_code >= 500)",
  refused: "span.http.response.status_code >= 400 && span.http.response.status_code < 500",
} as const;

/** The TraceQL that finds requests as the fields say. */
export function composeTraceql({ route, outcome, longer, shorter, tenant }: TraceFields): string {
  const conditions = [
    // Calls of a Durable Object are servers, too.
    "kind = server && span.http.request.method != nil",
    ...(route ? [`span.http.route = ${JSON.stringify(route)}`] : []),
    ...(outcome ? [outcomes[outcome]] : []),
    ...(milliseconds(longer) ? [`duration > ${milliseconds(longer)}`] : []),
    ...(milliseconds(shorter) ? [`duration < ${milliseconds(shorter)}`] : []),
    ...(tenant ? [`span.frontdesk.tenant.id = ${JSON.stringify(tenant)}`] : []),
  ];
  return `{ ${conditions.join(" && ")} }`;
}

const milliseconds = (text: string): string | undefined =>
  /^\d+(\.\d+)?$/.test(text.trim()) && Number(text) > 0 ? `${Number(text)}ms` : undefined;

/** What the list of found traces shows of the span that matched. */
const shown = [
  "name",
  "span.http.request.method",
  "span.http.route",
  "span.http.response.status_code",
  "span.frontdesk.tenant.id",
];

/** The same query, also asking for what the list shows; a pipeline of one's own is left as it is. */
export const withShown = (traceql: string): string =>
  traceql.includes("|") && /\|\s*[a-z]/.test(traceql.replace(/\|\|/g, ""))
    ? traceql
    : `${traceql} | select(${shown.join(", ")}) with (most_recent=true)`;
