import { Box, useTheme } from "@mui/material";
import type { ReactElement, ReactNode } from "react";
import { Link } from "react-router-dom";
import { stateColours } from "../frame/theme.ts";
import { composeTraceql, noFields } from "./compose-traceql.ts";
import { rootOf, type Trace } from "./otlp-trace.ts";
import { ago, duration, moment } from "./words.ts";

/** What a trace was, in one line, with the ways on from it. */
export function Facts({ trace }: { trace: Trace }): ReactElement {
  const { palette } = useTheme();
  const root = rootOf(trace);
  const attributes = root?.attributes ?? {};
  const failed = trace.spans.filter((span) => span.failed).length;
  const status = attributes["http.response.status_code"];
  const { bad, good } = stateColours[palette.mode];
  const isBad = failed > 0 || status?.startsWith("5");
  return (
    <Box component="span" sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, rowGap: 0.25 }}>
      {status && (
        <Fact name="Status">
          <Box component="strong" sx={{ color: isBad ? bad : good }}>
            {status}
          </Box>
        </Fact>
      )}
      <Fact name="Took">{duration(trace.durationMs)}</Fact>
      <Fact name="At">
        <time dateTime={new Date(trace.startMs).toISOString()}>{moment(trace.startMs)}</time> (
        {ago(trace.startMs)})
      </Fact>
      <Fact name="Spans">
        {trace.spans.length}
        {failed > 0 && (
          <Box component="strong" sx={{ color: bad }}>
            , {failed} failed
          </Box>
        )}
      </Fact>
      <Ids trace={trace} attributes={attributes} />
    </Box>
  );
}

function Ids({
  trace,
  attributes,
}: {
  trace: Trace;
  attributes: Readonly<Record<string, string>>;
}): ReactElement {
  const { "frontdesk.request.id": request, "http.route": route, "frontdesk.tenant.id": tenant } = attributes;
  return (
    <>
      {request && (
        <Fact name="Request">
          <Link to={`/requests/${encodeURIComponent(request)}`}>{request}</Link>
        </Fact>
      )}
      {tenant && (
        <Fact name="Tenant">
          <Link to={`/traces?tenant=${encodeURIComponent(tenant)}`}>{tenant}</Link>
        </Fact>
      )}
      {route && (
        <Fact name="Like it">
          <Link to={`/traces?q=${encodeURIComponent(composeTraceql({ ...noFields, route }))}`}>
            others of {route}
          </Link>
        </Fact>
      )}
      <Fact name="Trace">{trace.id}</Fact>
      <Fact name="Metrics">
        <Link to={aroundIt(trace)}>the minutes around it</Link>
      </Fact>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <span>
      <Box component="span" sx={{ fontSize: "0.75rem", mr: 0.5 }}>
        {name}
      </Box>
      <Box component="span" sx={{ color: "text.primary" }}>
        {children}
      </Box>
    </span>
  );
}

/** The first dashboard, five minutes to both sides of the trace. */
function aroundIt({ startMs, durationMs }: Trace): string {
  const start = Math.round(startMs - 300_000);
  const end = Math.round(startMs + durationMs + 300_000);
  return `/?then=first&start=${start}&end=${end}`;
}
