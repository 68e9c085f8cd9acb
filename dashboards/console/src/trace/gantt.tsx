import { Box } from "@mui/material";
import { DatasourceStoreProvider, Panel, VariableProvider } from "@perses-dev/dashboards";
import { DataQueriesProvider, TimeRangeProvider } from "@perses-dev/plugin-system";
import { type ReactElement, useMemo } from "react";
import { datasourceApi } from "../perses/datasources.ts";
import type { Trace } from "./otlp-trace.ts";

type Props = { readonly trace: Trace; readonly spanId?: string; readonly height: number };

/** Everything of one trace, drawn by Perses. A chosen span shows its attributes; ids in them lead on. */
export function Gantt({ trace, spanId, height }: Props): ReactElement {
  const { id: traceId, services } = trace;
  const query = useMemo(
    () => ({
      kind: "TempoTraceQuery",
      spec: { query: traceId, datasource: { kind: "TempoDatasource", name: "tempo" } },
    }),
    [traceId],
  );
  const definition = useMemo(
    () => ({
      kind: "Panel" as const,
      spec: {
        display: { name: "Trace" },
        queries: [{ kind: "TraceQuery" as const, spec: { plugin: query } }],
        plugin: {
          kind: "TracingGanttChart",
          spec: { links, ...(spanId && { selectedSpanId: spanId }) },
        },
      },
    }),
    [query, spanId],
  );
  return (
    <DatasourceStoreProvider datasourceApi={datasourceApi}>
      <TimeRangeProvider timeRange={anyTime}>
        <VariableProvider>
          <DataQueriesProvider definitions={[query]}>
            <Box sx={{ ...look, height, ...(services.length < 2 && withoutService) }}>
              <Panel
                key={`${traceId} ${spanId ?? ""}`}
                definition={definition}
                panelOptions={{ hideHeader: true }}
              />
            </Box>
          </DataQueriesProvider>
        </VariableProvider>
      </TimeRangeProvider>
    </DatasourceStoreProvider>
  );
}

const look = {
  "& section.MuiCard-root": { border: 0, bgcolor: "transparent" },
  // Name, time and id of the trace stand at the top of the page.
  "& .MuiStack-root:has(> h3.MuiTypography-root)": { display: "none" },
  "& [data-item-index] .MuiBox-root": { textOverflow: "ellipsis" },
} as const;
/** Before every name it would say the same, and take the name's room. */
const withoutService = { "& [data-item-index] strong": { display: "none" } } as const;

/** A trace is found by its id, whenever it was; the provider wants a time. */
const anyTime = { pastDuration: "1h" } as const;

/** A place that Perses fills from the trace or from the attribute's neighbours. */
const filled = (name: string): string => `\${${name}}`;
const links = {
  trace: `/traces/${filled("traceId")}`,
  span: `/traces/${filled("traceId")}?span=${filled("spanId")}`,
  attributes: [
    { name: "frontdesk.request.id", link: `/requests/${filled("frontdesk_request_id:percentencode")}` },
    { name: "http.route", link: `/traces?route=${filled("http_route:percentencode")}` },
  ],
};
