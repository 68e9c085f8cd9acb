import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useParams } from "react-router-dom";
import { findLogs, logValue } from "../ask/logs.ts";
import { searchTraces } from "../ask/tempo.ts";
import { Card } from "../parts/card.tsx";
import { Nothing, Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { EventList } from "../trace/event-list.tsx";
import { Facts } from "../trace/facts.tsx";
import { LogList } from "../trace/log-list.tsx";
import { type Trace, traceOf } from "../trace/otlp-trace.ts";
import { TraceList } from "../trace/trace-list.tsx";
import { TraceWithLogs } from "./trace-page.tsx";

const dayMs = 86_400_000;

/** What one request did, found by the id that its answer carried: trace, logs, and the events that followed. */
export function RequestPage(): ReactElement {
  const { id = "" } = useParams();
  const { data, error, isLoading, isPreviousData } = useQuery(["request", id], () => tracesOf(id), {
    // A minute after the request everything is there; until then it is asked again.
    refetchInterval: (found) => (found?.main ? false : 3_000),
  });
  const records = useQuery(["logs of request", id], () =>
    findLogs(`"frontdesk.request.id":=${logValue(id)}`),
  );
  if (error) return <Trouble error={error} />;
  if (isLoading || isPreviousData || !data) return <Waiting what="the request" />;
  const { main, others } = data;
  return (
    <>
      <PageHead title={`Request ${id}`} about={main ? <Facts trace={main} /> : undefined} />
      {main ? <TraceWithLogs trace={main} /> : <Missing id={id} />}
      {main && <EventList trace={main} />}
      {!main && records.data && records.data.length > 0 && (
        <Card title="Its logs">
          <LogList records={records.data} startMs={Date.parse(records.data[0]?._time ?? "")} />
        </Card>
      )}
      {others.length > 0 && (
        <Card title="Other traces that carry this id" sx={{ mb: 2 }}>
          <TraceList traces={others} />
        </Card>
      )}
    </>
  );
}

/** The trace that answered it, and what carried its id on: events, retries of the same id. */
async function tracesOf(id: string) {
  const window = { start: new Date(Date.now() - 7 * dayMs), end: new Date() };
  const named = `span.frontdesk.request.id = ${JSON.stringify(id)}`;
  const [entries, all] = await Promise.all([
    searchTraces(`{ kind = server && ${named} }`, window, 20),
    searchTraces(`{ ${named} }`, window, 50),
  ]);
  const first = entries.at(-1) ?? all.at(-1);
  const main: Trace | undefined = first && (await traceOf(first.id));
  return { main, others: all.filter((one) => one.id !== first?.id) };
}

function Missing({ id }: { id: string }): ReactElement {
  return (
    <Nothing>
      No trace of the last week carries <code>{id}</code>. It arrives within seconds; the page asks again by
      itself. Is the id whole? <Link to="/traces">Search by what it did</Link>
    </Nothing>
  );
}
