import { Box } from "@mui/material";
import type { LogData } from "@perses-dev/core";
import {
  type PanelPlugin,
  type PanelProps,
  type PluginImplementation,
  replaceVariables,
} from "@perses-dev/plugin-system";
import type { ReactElement } from "react";
import { findLogs } from "../ask/logs.ts";
import { LogList } from "../trace/log-list.tsx";

const shown = 50;

/** Asks the log store, with the variables and in the time of the dashboard. */
export const VictoriaLogsLogQuery: PluginImplementation<"LogQuery"> = {
  createInitialOptions: () => ({ query: "" }),
  getLogData: async (spec, { timeRange, variableState }) => {
    const { query } = spec as { query: string };
    const records = await findLogs(replaceVariables(query, variableState), shown, timeRange);
    const entries = records.map((labels) => ({
      timestamp: Date.parse(labels._time ?? "") / 1_000,
      line: labels._msg ?? "",
      labels,
    }));
    return { logs: { entries, timeRange }, timeRange };
  },
};

/** What the query gives comes as it is, whatever the types of Perses 0.52 say. */
type Asked = LogData & { readonly logs: LogData };

function Records({ queryResults, definition }: PanelProps<object, Asked>): ReactElement {
  const records = queryResults.flatMap(({ data }) => data.logs.entries.map(({ labels }) => labels)).reverse();
  const meaning = /No data: ([^.]+\.)/.exec(definition?.spec.display?.description ?? "")?.[1];
  return (
    <Box sx={{ height: "100%", overflowY: "auto", px: 2, fontSize: "0.85rem" }}>
      <LogList records={records} {...(meaning && { noData: meaning })} />
    </Box>
  );
}

/** Log records as a panel, newest first. */
export const LogsTable: PanelPlugin<object, PanelProps<object, Asked>> = {
  createInitialOptions: () => ({}),
  PanelComponent: Records,
  supportedQueryTypes: ["LogQuery"],
};
