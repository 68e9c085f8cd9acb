import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useSearchParams } from "react-router-dom";
import { findLogs } from "../ask/logs.ts";
import { Card } from "../parts/card.tsx";
import { Trouble, Waiting } from "../parts/notes.tsx";
import { OwnQuery } from "../parts/own-query.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { LogList } from "../trace/log-list.tsx";

const standard = "_time:15m severity:in(WARN, ERROR)";

/** Records of the log store by its own language: where the log queries of runbooks lead. */
export function LogsPage(): ReactElement {
  const [asked, setAsked] = useSearchParams();
  const logsql = asked.get("q") ?? standard;
  const { data, error } = useQuery(["logs", logsql], () => findLogs(logsql, 200));
  return (
    <>
      <PageHead
        title="Logs"
        about="At most 200 records, oldest first. A record unfolds and leads to its span."
      />
      <OwnQuery label="LogsQL" query={logsql} ask={(q) => setAsked({ q })} button="Search" />
      <Card title={data ? `${data.length} records` : "Records"}>
        {error ? (
          <Trouble error={error} />
        ) : data ? (
          <LogList records={data} startMs={Date.parse(data[0]?._time ?? "")} />
        ) : (
          <Waiting what="records" />
        )}
      </Card>
    </>
  );
}
