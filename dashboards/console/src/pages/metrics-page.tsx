import { Box } from "@mui/material";
import { DatasourceStoreProvider, Panel, VariableProvider } from "@perses-dev/dashboards";
import {
  DataQueriesProvider,
  TimeRangeControls,
  TimeRangeProviderWithQueryParams,
  useInitialTimeRange,
  usePluginBuiltinVariableDefinitions,
} from "@perses-dev/plugin-system";
import { type ReactElement, useMemo } from "react";
import { useSearchParams } from "react-router-dom";
import { Nothing } from "../parts/notes.tsx";
import { OwnQuery } from "../parts/own-query.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { datasourceApi } from "../perses/datasources.ts";

/** One PromQL query drawn over time: where the queries of runbooks lead. */
export function MetricsPage(): ReactElement {
  const [asked, setAsked] = useSearchParams();
  const promql = asked.get("q") ?? "";
  const timeRange = useInitialTimeRange("1h");
  const ask = (q: string) =>
    setAsked((before) => {
      before.set("q", q);
      return before;
    });
  return (
    <TimeRangeProviderWithQueryParams initialTimeRange={timeRange}>
      <PageHead title="Metrics" about="One query of Prometheus, drawn over time.">
        <TimeRangeControls />
      </PageHead>
      <OwnQuery label="PromQL" query={promql} ask={ask} button="Draw" />
      {promql ? <Drawn promql={promql} /> : <Nothing>Type a query, or come here from a runbook.</Nothing>}
    </TimeRangeProviderWithQueryParams>
  );
}

function Drawn({ promql }: { promql: string }): ReactElement {
  const { data: builtin = [] } = usePluginBuiltinVariableDefinitions();
  const query = useMemo(
    () => ({
      kind: "PrometheusTimeSeriesQuery",
      spec: { query: promql, datasource: { kind: "PrometheusDatasource", name: "prometheus" } },
    }),
    [promql],
  );
  const definition = useMemo(
    () => ({
      kind: "Panel" as const,
      spec: {
        display: { name: "Result" },
        queries: [{ kind: "TimeSeriesQuery" as const, spec: { plugin: query } }],
        plugin: {
          kind: "TimeSeriesChart",
          spec: { legend: { position: "bottom", mode: "table", values: ["last", "max"] } },
        },
      },
    }),
    [query],
  );
  return (
    <DatasourceStoreProvider datasourceApi={datasourceApi}>
      <VariableProvider builtinVariableDefinitions={builtin}>
        <DataQueriesProvider definitions={[query]}>
          <Box sx={{ height: 480 }}>
            <Panel definition={definition} />
          </Box>
        </DataQueriesProvider>
      </VariableProvider>
    </DatasourceStoreProvider>
  );
}
