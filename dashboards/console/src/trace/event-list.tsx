import { Box, useTheme } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "react-router-dom";
import { stateColours } from "../frame/theme.ts";
import { Card } from "../parts/card.tsx";
import { Nothing, Trouble, Waiting } from "../parts/notes.tsx";
import { cell, TableHead, table } from "../parts/table.tsx";
import { causedBy } from "./linked-traces.tsx";
import { type Span, type Trace, traceOf } from "./otlp-trace.ts";
import { duration } from "./words.ts";

type Event = { readonly name: string; readonly what: string; readonly span: Span; readonly traceId: string };

/** What the request made happen: business events in its own trace, and events handled later in traces that link to it. */
export function EventList({ trace }: { trace: Trace }): ReactElement {
  const { palette } = useTheme();
  const { bad, good } = stateColours[palette.mode];
  const { data, error } = useQuery(["events", trace.id], () => eventsOf(trace));
  return (
    <Card title="Events" sx={{ mb: 2 }}>
      {error ? <Trouble error={error} /> : null}
      {!data && !error ? <Waiting what="its events" /> : null}
      {data?.length === 0 && <Nothing>It made no event: it only read, or was refused.</Nothing>}
      {data && data.length > 0 && (
        <Box component="table" sx={table}>
          <TableHead names={["After", "Event", "What happened", "Outcome", "Took"]} />
          <tbody>
            {data.map(({ name, what, span, traceId }) => (
              <tr key={`${traceId} ${span.id}`}>
                <Box component="td" sx={cell}>
                  +{duration(Math.max(0, span.startMs - trace.startMs))}
                </Box>
                <Box component="td" sx={cell}>
                  <Link to={`/traces/${traceId}?span=${span.id}`}>{name}</Link>
                </Box>
                <Box component="td" sx={cell}>
                  {what}
                </Box>
                <Box component="td" sx={{ ...cell, color: span.failed ? bad : good }}>
                  {span.failed ? "failed" : "done"}
                </Box>
                <Box component="td" sx={cell}>
                  {duration(span.durationMs)}
                </Box>
              </tr>
            ))}
          </tbody>
        </Box>
      )}
    </Card>
  );
}

async function eventsOf(trace: Trace): Promise<Event[]> {
  const caused = await causedBy(trace);
  const later = await Promise.all(caused.map(({ id }) => traceOf(id)));
  return [trace, ...later]
    .flatMap(({ id, spans }) => spans.flatMap((span) => eventIn(span, id)))
    .sort((a, b) => a.span.startMs - b.span.startMs);
}

function eventIn(span: Span, traceId: string): Event[] {
  const { "frontdesk.event.name": happened, "frontdesk.event.type": handled } = span.attributes;
  if (happened) return [{ name: happened, what: "it happened", span, traceId }];
  if (handled) return [{ name: handled, what: `handled: ${span.name}`, span, traceId }];
  return [];
}
