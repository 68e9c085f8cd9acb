import {
  TimeRangeControls,
  TimeRangeProviderWithQueryParams,
  useInitialTimeRange,
  useTimeRange,
} from "@perses-dev/plugin-system";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useSearchParams } from "react-router-dom";
import { findLogs } from "../ask/logs.ts";
import { Card } from "../parts/card.tsx";
import { Trouble, Waiting } from "../parts/notes.tsx";
import { OwnQuery } from "../parts/own-query.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { LogList } from "../trace/log-list.tsx";

const standard = "severity:in(WARN, ERROR)";
const atMost = 200;

/** Records of the log store by its own language: where the log queries of runbooks and dashboards lead. */
export function LogsPage(): ReactElement {
  const timeRange = useInitialTimeRange("1h");
  const [asked, setAsked] = useSearchParams();
  const logsql = asked.get("q") ?? standard;
  const ask = (q: string) =>
    setAsked((before) => {
      before.set("q", q);
      return before;
    });
  return (
    <TimeRangeProviderWithQueryParams initialTimeRange={timeRange}>
      <PageHead
        title="Logs"
        about={`The newest ${atMost} records of the time, oldest first. A record unfolds and leads to its span. A _time: in the query goes before the time chosen here.`}
      >
        <TimeRangeControls showRefreshInterval={false} />
      </PageHead>
      <OwnQuery label="LogsQL" query={logsql} ask={ask} button="Search" />
      <Found logsql={logsql} />
    </TimeRangeProviderWithQueryParams>
  );
}

function Found({ logsql }: { logsql: string }): ReactElement {
  const { absoluteTimeRange: range, refreshKey } = useTimeRange();
  const { data, error } = useQuery(
    ["logs", logsql, range.start.getTime(), range.end.getTime(), refreshKey],
    () => findLogs(logsql, atMost, range),
  );
  return (
    <Card title={data ? `${data.length} ${data.length === 1 ? "record" : "records"}` : "Records"}>
      {error ? (
        <Trouble error={error} />
      ) : data ? (
        <LogList records={data} noData="No record in this time fits." />
      ) : (
        <Waiting what="records" />
      )}
    </Card>
  );
}
