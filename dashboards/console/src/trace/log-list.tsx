import { Box, useTheme } from "@mui/material";
import type { ReactElement } from "react";
import { Link } from "react-router-dom";
import type { LogRecord } from "../ask/logs.ts";
import { stateColours } from "../frame/theme.ts";
import { Nothing } from "../parts/notes.tsx";
import { duration, moment } from "./words.ts";

type Props = {
  readonly records: readonly LogRecord[];
  /** Start of the trace that they belong to: times count from it. Without it they are of the clock. */
  readonly startMs?: number;
  /** What it means that there is none. */
  readonly noData?: string;
};

const sampled = "No log record. Successful requests are sampled; errors and slow ones never.";

/** Log records, each with what it carries. */
export function LogList({ records, startMs, noData = sampled }: Props): ReactElement {
  if (records.length === 0) return <Nothing>{noData}</Nothing>;
  return (
    <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {records.map((record, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: records have no id and their order is their time
        <Entry key={index} record={record} startMs={startMs} />
      ))}
    </Box>
  );
}

function Entry({ record, startMs }: { record: LogRecord; startMs: number | undefined }): ReactElement {
  const { palette } = useTheme();
  const severity = record.severity ?? "INFO";
  const colours = stateColours[palette.mode];
  const colour = /ERROR|FATAL/.test(severity)
    ? colours.bad
    : /WARN/.test(severity)
      ? colours.warn
      : colours.calm;
  const at = Date.parse(record._time ?? "");
  const fields = Object.entries(record)
    .filter(([name]) => !shownAbove.has(name))
    .sort();
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: "divider", "&:first-of-type": { borderTop: 0 } }}>
      <details>
        <Box component="summary" sx={{ cursor: "pointer", py: 0.75, overflowWrap: "anywhere" }}>
          <Box component="span" sx={{ color: colour, fontWeight: 700, fontSize: "0.75rem", mr: 1 }}>
            {severity}
          </Box>
          <Box component="span" sx={{ color: "text.secondary", fontSize: "0.75rem", mr: 1 }}>
            {startMs === undefined ? moment(at) : `+${duration(Math.max(0, at - startMs))}`}
          </Box>
          {record._msg || record["event.name"] || "(no message)"}
        </Box>
        <Fields fields={fields} />
        {record.trace_id && record.span_id && (
          <Link to={`/traces/${record.trace_id}?span=${record.span_id}`}>The span that said it</Link>
        )}
      </details>
    </Box>
  );
}

const shownAbove = new Set(["_msg", "_time", "_stream", "_stream_id", "severity"]);

function Fields({ fields }: { fields: readonly (readonly [string, string])[] }): ReactElement {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        mb: 1,
        display: "grid",
        gridTemplateColumns: "auto 1fr",
        columnGap: 1.5,
        fontSize: "0.75rem",
      }}
    >
      {fields.map(([name, value]) => (
        <Box key={name} sx={{ display: "contents" }}>
          <Box component="dt" sx={{ color: "text.secondary" }}>
            {name}
          </Box>
          <Box component="dd" sx={{ m: 0, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
