import { Box } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useParams, useSearchParams } from "react-router-dom";
import { findLogs, logValue } from "../ask/logs.ts";
import { Card } from "../parts/card.tsx";
import { Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Facts } from "../trace/facts.tsx";
import { Gantt } from "../trace/gantt.tsx";
import { LinkedTraces } from "../trace/linked-traces.tsx";
import { LogList } from "../trace/log-list.tsx";
import { rootOf, type Trace, traceOf } from "../trace/otlp-trace.ts";

/** One trace: what it was, its spans as a Gantt, its logs beside it, and the traces it caused. */
export function TracePage(): ReactElement {
  const { id = "" } = useParams();
  const { data, error, isPreviousData } = useQuery(["trace", id], () => traceOf(id), {
    // It may still be on its way to the store.
    retry: 4,
    retryDelay: 1_500,
  });
  if (error)
    return (
      <>
        <PageHead
          title="This trace is not in the store"
          about={`${id}. It may have been sampled out, be older than the store keeps, or not have arrived yet.`}
        />
        <Trouble error={error} />
        <Link to={`/traces`}>Search for another one</Link>
      </>
    );
  if (!data || isPreviousData) return <Waiting what="the trace" />;
  return (
    <>
      <PageHead title={rootOf(data)?.name ?? `Trace ${id}`} about={<Facts trace={data} />} />
      <TraceWithLogs trace={data} />
      <LinkedTraces trace={data} />
    </>
  );
}

export function TraceWithLogs({ trace }: { trace: Trace }): ReactElement {
  const [asked] = useSearchParams();
  const spanId = asked.get("span") ?? undefined;
  return (
    <Box
      sx={{
        display: "grid",
        gap: 2,
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 400px" },
        mb: 2,
      }}
    >
      <Card title="Spans" sx={{ p: 0, "& > h2": { px: 2, pt: 1.5, mb: 0 } }}>
        <Gantt trace={trace} spanId={spanId} height={ganttHeight(trace.spans.length)} />
      </Card>
      <TraceLogs trace={trace} />
    </Box>
  );
}

/** Header and minimap, then a row each; the details of a chosen span need some room in any case. */
const ganttHeight = (spans: number) => Math.min(820, Math.max(420, 150 + spans * 32));

function TraceLogs({ trace }: { trace: Trace }): ReactElement {
  const logs = useQuery(["logs of trace", trace.id], () => findLogs(`trace_id:=${logValue(trace.id)}`));
  return (
    <Card title="Logs" sx={{ maxHeight: ganttHeight(trace.spans.length) + 48, overflowY: "auto" }}>
      {logs.error ? (
        <Trouble error={logs.error} />
      ) : logs.data ? (
        <LogList records={logs.data} startMs={trace.startMs} />
      ) : (
        <Waiting what="its logs" />
      )}
    </Card>
  );
}
