import { Box } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useNavigate } from "react-router-dom";
import { searchTraces } from "../ask/tempo.ts";
import { Card } from "../parts/card.tsx";
import { button, Field } from "../parts/fields.tsx";
import { Nothing, Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { composeTraceql, noFields, withShown } from "../trace/compose-traceql.ts";
import { placeOfId } from "../trace/ids.ts";
import { TraceList } from "../trace/trace-list.tsx";

/** Where to type the id that an error showed; below, the requests that failed last. */
export function RequestsPage(): ReactElement {
  const [id, setId] = useState("");
  const navigate = useNavigate();
  const go = (event: FormEvent) => {
    event.preventDefault();
    const place = placeOfId(id);
    if (place) navigate(place);
  };
  return (
    <>
      <PageHead
        title="One request"
        about={
          <>
            Every answer carries its id in <code>X-Request-ID</code>, every error also in{" "}
            <code>instance</code>. Type it to see what happened: trace, logs and events.
          </>
        }
      />
      <Box
        component="form"
        onSubmit={go}
        sx={{ display: "flex", gap: 1, alignItems: "flex-end", mb: 3, flexWrap: "wrap" }}
      >
        <Field
          label="Request id, trace id or traceparent"
          value={id}
          onChange={setId}
          placeholder="req_01…"
          width={420}
        />
        <Box component="button" type="submit" sx={button}>
          Show it
        </Box>
      </Box>
      <Card title="Failed and refused in the last hour">
        <LastFailed />
      </Card>
    </>
  );
}

function LastFailed(): ReactElement {
  const { data, error } = useQuery(
    ["last failed"],
    () => {
      const window = { start: new Date(Date.now() - 3_600_000), end: new Date() };
      const failed = ["failed", "refused"] as const;
      const traceql = failed.map((outcome) => composeTraceql({ ...noFields, outcome })).join(" || ");
      return searchTraces(withShown(traceql), window, 20);
    },
    { refetchInterval: 15_000 },
  );
  if (error) return <Trouble error={error} />;
  if (!data) return <Waiting what="them" />;
  return data.length === 0 ? (
    <Nothing>None: every request was answered as asked.</Nothing>
  ) : (
    <TraceList traces={data} />
  );
}
