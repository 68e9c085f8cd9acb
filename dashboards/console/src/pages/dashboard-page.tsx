import { Box, useTheme } from "@mui/material";
import { ErrorAlert, ErrorBoundary } from "@perses-dev/components";
import type { DashboardResource } from "@perses-dev/core";
import {
  Dashboard,
  DashboardProvider,
  DatasourceStoreProvider,
  VariableList,
  VariableProviderWithQueryParams,
} from "@perses-dev/dashboards";
import {
  TimeRangeControls,
  TimeRangeProviderWithQueryParams,
  useInitialRefreshInterval,
  useInitialTimeRange,
  usePluginBuiltinVariableDefinitions,
} from "@perses-dev/plugin-system";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useParams } from "react-router-dom";
import { JsonParam, useQueryParam } from "use-query-params";
import { dashboardOf } from "../ask/content.ts";
import { useFollowLink } from "../parts/follow-link.ts";
import { Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { datasourceApi } from "../perses/datasources.ts";

/** One generated dashboard. Time range and variables stand in the address. */
export function DashboardPage(): ReactElement {
  const { uid = "" } = useParams();
  const { data, error, isPreviousData } = useQuery(["dashboard", uid], () => dashboardOf(uid));
  if (error) return <Trouble error={error} />;
  if (!data || isPreviousData) return <Waiting what="the dashboard" />;
  return <Drawn key={uid} resource={data} />;
}

function Drawn({ resource }: { resource: DashboardResource }): ReactElement {
  const { spec } = resource;
  const timeRange = useInitialTimeRange(spec.duration ?? "1h");
  const refreshInterval = useInitialRefreshInterval(spec.refreshInterval ?? "30s");
  const { data: builtin = [] } = usePluginBuiltinVariableDefinitions();
  const follow = useFollowLink();
  // A panel that fills the page stands in the address, too.
  const [viewed, setViewed] = useQueryParam("panel", JsonParam);
  const initialState = {
    ...{ isEditMode: false, dashboardResource: resource, setViewPanelRef: setViewed },
    ...(viewed && { viewPanelRef: viewed }),
  };
  return (
    <DatasourceStoreProvider dashboardResource={resource} datasourceApi={datasourceApi}>
      <DashboardProvider initialState={initialState}>
        <TimeRangeProviderWithQueryParams
          initialTimeRange={timeRange}
          initialRefreshInterval={refreshInterval}
        >
          <VariableProviderWithQueryParams
            initialVariableDefinitions={spec.variables ?? []}
            builtinVariableDefinitions={builtin}
          >
            <PageHead
              title={spec.display?.name ?? resource.metadata.name}
              about={spec.display?.description}
            />
            <Controls hasVariables={(spec.variables ?? []).length > 0} />
            <ErrorBoundary FallbackComponent={ErrorAlert}>
              <Box sx={panels} onClick={follow}>
                <Dashboard />
              </Box>
            </ErrorBoundary>
          </VariableProviderWithQueryParams>
        </TimeRangeProviderWithQueryParams>
      </DashboardProvider>
    </DatasourceStoreProvider>
  );
}

function Controls({ hasVariables }: { hasVariables: boolean }): ReactElement {
  const { palette } = useTheme();
  return (
    <Box
      sx={{
        ...{ position: "sticky", top: 50, zIndex: 1_000, bgcolor: palette.background.default, py: 1, mb: 1 },
        ...{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 },
      }}
    >
      {hasVariables && (
        <Box sx={{ display: "flex", gap: 1, flexWrap: "wrap" }}>
          <VariableList />
        </Box>
      )}
      <Box sx={{ ml: "auto", maxWidth: "100%", overflowX: "auto" }}>
        <TimeRangeControls />
      </Box>
    </Box>
  );
}

/** Panels as they stand on the page: paper of their own, and legends and tables on the same. */
const panels = {
  // A panel that does not know its width yet is wider than a phone for a moment.
  overflowX: "clip",
  "& section.MuiCard-root": { borderRadius: 1.5, borderColor: "divider", bgcolor: "background.paper" },
  "& section.MuiCard-root .MuiCardContent-root .MuiBox-root, & section.MuiCard-root table": {
    backgroundColor: "transparent",
  },
  // A table without rows would be a blank panel.
  "& section.MuiCard-root:has(table):not(:has(canvas, tbody tr)) .MuiCardContent-root": {
    position: "relative",
    "&::after": {
      ...{ content: '"No data"', position: "absolute", inset: 0, display: "grid", placeItems: "center" },
      pointerEvents: "none",
    },
  },
  "& [data-testid=panel-group-header]": { bgcolor: "transparent", px: 0 },
  "& [data-testid=panel-group-header] h2": { fontSize: "1.1rem" },
} as const;
