import { Box } from "@mui/material";
import {
  TimeRangeControls,
  TimeRangeProviderWithQueryParams,
  useInitialTimeRange,
  useTimeRange,
} from "@perses-dev/plugin-system";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router-dom";
import { searchTraces, valuesOf } from "../ask/tempo.ts";
import { Choice, Field } from "../parts/fields.tsx";
import { Nothing, Trouble, Waiting } from "../parts/notes.tsx";
import { OwnQuery } from "../parts/own-query.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { composeTraceql, noFields, type TraceFields, withShown } from "../trace/compose-traceql.ts";
import { TraceCloud } from "../trace/trace-cloud.tsx";
import { TraceList } from "../trace/trace-list.tsx";

/** Search for traces. The fields write the TraceQL; one's own TraceQL stands in the address as `q`. */
export function TracesPage(): ReactElement {
  const timeRange = useInitialTimeRange("1h");
  return (
    <TimeRangeProviderWithQueryParams initialTimeRange={timeRange}>
      <PageHead
        title="Traces"
        about="Find requests by what they did. A dot or a row opens the whole trace with its logs."
      >
        <TimeRangeControls showRefreshInterval={false} />
      </PageHead>
      <Search />
    </TimeRangeProviderWithQueryParams>
  );
}

function Search(): ReactElement {
  const { fields, own, set, setOwn } = useFields();
  const traceql = own ?? composeTraceql(fields);
  return (
    <>
      <FieldRow fields={fields} set={set} />
      <OwnQuery label="TraceQL" query={traceql} ask={setOwn} button="Search" />
      <Found traceql={traceql} />
    </>
  );
}

type Asked = { readonly fields: TraceFields; readonly own: string | null };

/** What is asked, also in the address. It is kept here too: the address follows a moment later, and typing must not wait for it. */
function useFields() {
  const [address, setAddress] = useSearchParams();
  const [asked, setAsked] = useState<Asked>(() => askedIn(address));
  const written = useRef(address.toString());
  useEffect(() => {
    // A link or the way back changed it.
    if (address.toString() !== written.current) setAsked(askedIn(address));
    written.current = address.toString();
  }, [address]);
  const write = (next: Asked) => {
    setAsked(next);
    const params = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries({ ...next.fields, q: next.own }))
      if (value) params.set(name, value);
      else params.delete(name);
    written.current = params.toString();
    setAddress(params, { replace: next.own === null });
  };
  return {
    ...asked,
    set: (change: Partial<TraceFields>) => write({ fields: { ...asked.fields, ...change }, own: null }),
    setOwn: (own: string) => write({ fields: noFields, own }),
  };
}

function FieldRow({
  fields,
  set,
}: {
  fields: TraceFields;
  set: (change: Partial<TraceFields>) => void;
}): ReactElement {
  const routes = useQuery(["values", "route"], () => valuesOf("span.http.route"), { staleTime: 60_000 });
  const tenants = useQuery(["values", "tenant"], () => valuesOf("span.frontdesk.tenant.id"), {
    staleTime: 60_000,
  });
  return (
    <Box role="group" aria-label="Search by" sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, mb: 1.5 }}>
      <Field
        label="Route"
        placeholder="any"
        value={fields.route}
        onChange={(route) => set({ route })}
        offers={routes.data ?? []}
        width={260}
      />
      <Choice
        label="Outcome"
        value={fields.outcome}
        onChange={(outcome) => set({ outcome })}
        choices={outcomes}
        width={190}
      />
      <Field
        label="Longer than (ms)"
        placeholder="any"
        kind="number"
        value={fields.longer}
        onChange={(longer) => set({ longer })}
        width={130}
      />
      <Field
        label="Shorter than (ms)"
        placeholder="any"
        kind="number"
        value={fields.shorter}
        onChange={(shorter) => set({ shorter })}
        width={130}
      />
      <Field
        label="Tenant"
        placeholder="any"
        value={fields.tenant}
        onChange={(tenant) => set({ tenant })}
        offers={tenants.data ?? []}
        width={300}
      />
    </Box>
  );
}

const outcomes = { "": "any", failed: "failed (5xx or error)", refused: "refused (4xx)" } as const;

const listed = 100;

function Found({ traceql }: { traceql: string }): ReactElement {
  const { absoluteTimeRange: range, refreshKey } = useTimeRange();
  const { data, error, isLoading, isPreviousData } = useQuery(
    ["traces", traceql, range.start.getTime(), range.end.getTime(), refreshKey],
    () => searchTraces(withShown(traceql), range, listed),
  );
  if (error) return <Trouble error={error} />;
  if (isLoading || !data) return <Waiting what="traces" />;
  if (data.length === 0)
    return <Nothing>No trace in this time fits. Widen the time range or ask for less.</Nothing>;
  return (
    <Box aria-busy={isPreviousData} sx={{ opacity: isPreviousData ? 0.6 : 1 }}>
      <TraceCloud traces={data} window={range} />
      <Box role="status" sx={{ color: "text.secondary", my: 1 }}>
        {data.length === listed ? `The newest ${listed} that were found` : `${data.length} found`}
      </Box>
      <TraceList traces={data} />
    </Box>
  );
}

const askedIn = (address: URLSearchParams): Asked => ({ fields: fieldsIn(address), own: address.get("q") });

function fieldsIn(asked: URLSearchParams): TraceFields {
  const outcome = asked.get("outcome");
  return {
    route: asked.get("route") ?? "",
    outcome: outcome === "failed" || outcome === "refused" ? outcome : "",
    longer: asked.get("longer") ?? "",
    shorter: asked.get("shorter") ?? "",
    tenant: asked.get("tenant") ?? "",
  };
}
