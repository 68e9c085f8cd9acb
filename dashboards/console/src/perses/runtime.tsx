import { useTheme } from "@mui/material";
import { ChartsProvider } from "@perses-dev/components";
import { PluginRegistry, ReactRouterProvider } from "@perses-dev/plugin-system";
import { type ReactElement, type ReactNode, useMemo } from "react";
import { QueryParamProvider } from "use-query-params";
import { ReactRouter6Adapter } from "use-query-params/adapters/react-router-6";
import { chartsThemeOf } from "../frame/theme.ts";
import { pluginLoader } from "./plugins.ts";

const defaultPluginKinds = {
  Panel: "TimeSeriesChart",
  TimeSeriesQuery: "PrometheusTimeSeriesQuery",
  TraceQuery: "TempoTraceQuery",
} as const;

/** What panels need around them, whichever page shows them. */
export function PersesRuntime({ children }: { children: ReactNode }): ReactElement {
  const theme = useTheme();
  const chartsTheme = useMemo(() => chartsThemeOf(theme), [theme]);
  return (
    <QueryParamProvider adapter={ReactRouter6Adapter}>
      <ReactRouterProvider>
        <ChartsProvider chartsTheme={chartsTheme} enablePinning={false} enableSyncGrouping={false}>
          <PluginRegistry pluginLoader={pluginLoader} defaultPluginKinds={defaultPluginKinds}>
            {children}
          </PluginRegistry>
        </ChartsProvider>
      </ReactRouterProvider>
    </QueryParamProvider>
  );
}
