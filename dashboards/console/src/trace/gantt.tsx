import { Box } from "@mui/material";
import { DatasourceStoreProvider, Panel, VariableProvider } from "@perses-dev/dashboards";
import { DataQueriesProvider, TimeRangeProvider } from "@perses-dev/plugin-system";
import { type ReactElement, useMemo } from "react";
import { datasourceApi } from "../perses/datasources.ts";

/** Everything of one trace, drawn by Perses. A chosen span shows its attributes; ids in them lead on. */
export function Gantt({
  traceId,
  spanId,
  height,
}: {
  traceId: string;
  spanId?: string;
  height: number;
}): ReactElement {
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
            <Box sx={{ height, "& section.MuiCard-root": { border: 0, bgcolor: "transparent" } }}>
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
