import { Box, useTheme } from "@mui/material";
import type { ReactElement } from "react";
import { Link } from "react-router-dom";
import type { FoundTrace } from "../ask/tempo.ts";
import { stateColours } from "../frame/theme.ts";
import { cell, TableHead, table } from "../parts/table.tsx";
import { duration, moment } from "./words.ts";

export function TraceList({ traces }: { traces: readonly FoundTrace[] }): ReactElement {
  const longest = Math.max(...traces.map(({ durationMs }) => durationMs), 1);
  return (
    <Box
      sx={{
        overflowX: "auto",
        bgcolor: "background.paper",
        border: 1,
        borderColor: "divider",
        borderRadius: 1.5,
      }}
    >
      <Box component="table" sx={table}>
        <TableHead names={["When", "Request", "Status", "Duration", "Spans"]} />
        <tbody>
          {traces.map((trace) => (
            <Row key={trace.id} trace={trace} longest={longest} />
          ))}
        </tbody>
      </Box>
    </Box>
  );
}

function Row({ trace, longest }: { trace: FoundTrace; longest: number }): ReactElement {
  const { palette } = useTheme();
  const { bad, calm } = stateColours[palette.mode];
  const status = trace.attributes["http.response.status_code"] ?? "";
  const hasFailed = trace.errors > 0 || status.startsWith("5");
  return (
    <Box component="tr" sx={{ "&:hover": { bgcolor: "action.hover" } }}>
      <Box component="td" sx={{ ...cell, whiteSpace: "nowrap", color: "text.secondary" }}>
        {moment(trace.startMs)}
      </Box>
      <Box component="td" sx={cell}>
        <Link to={`/traces/${trace.id}`}>{trace.name}</Link>
      </Box>
      <Box component="td" sx={{ ...cell, color: hasFailed ? bad : calm, fontWeight: hasFailed ? 700 : 400 }}>
        {status || "–"}
        {trace.errors > 0 && ` · ${trace.errors} failed ${trace.errors === 1 ? "span" : "spans"}`}
      </Box>
      <Box component="td" sx={{ ...cell, minWidth: 220 }}>
        <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
          <Box
            sx={{
              width: `${(trace.durationMs / longest) * 60}%`,
              minWidth: 2,
              height: 8,
              borderRadius: 1,
              bgcolor: hasFailed ? bad : "primary.main",
            }}
          />
          {trace.durationMs === 0 ? "< 1 ms" : duration(trace.durationMs)}
        </Box>
      </Box>
      <Box component="td" sx={cell}>
        {trace.spans || "–"}
      </Box>
    </Box>
  );
}
