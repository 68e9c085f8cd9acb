import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { type FoundTrace, searchTraces } from "../ask/tempo.ts";
import { Card } from "../parts/card.tsx";
import { withShown } from "./compose-traceql.ts";
import type { Trace } from "./otlp-trace.ts";
import { TraceList } from "./trace-list.tsx";

/** A booking is followed by its events in traces of their own, which link back to it. */
export function LinkedTraces({ trace }: { trace: Trace }): ReactElement | null {
  const { data = [] } = useQuery(["linked traces", trace.id], () => causedBy(trace));
  if (data.length === 0) return null;
  return (
    <Card title="What it caused: traces that link to it" sx={{ mb: 2 }}>
      <TraceList traces={data} />
    </Card>
  );
}

/** Traces with a span that links to this one, oldest first. */
export async function causedBy({ id, startMs }: Trace): Promise<readonly FoundTrace[]> {
  const window = { start: new Date(startMs - 60_000), end: new Date(startMs + 86_400_000) };
  const found = await searchTraces(withShown(`{ link:traceID = "${id}" }`), window, 20);
  return found.filter((one) => one.id !== id).reverse();
}
