import { Box, useTheme } from "@mui/material";
import type { ReactElement } from "react";
import { useNavigate } from "react-router-dom";
import type { FoundTrace, Window } from "../ask/tempo.ts";
import { stateColours } from "../frame/theme.ts";
import { duration, moment } from "./words.ts";

const [width, height, left, bottom] = [1_200, 170, 64, 24] as const;

type Scales = { readonly x: (ms: number) => number; readonly y: (ms: number) => number };

/** Found traces as dots: when against how long, on a logarithmic scale. The list below it is its accessible form. */
export function TraceCloud({
  traces,
  window,
}: {
  traces: readonly FoundTrace[];
  window: Window;
}): ReactElement {
  const [from, to] = [window.start.getTime(), window.end.getTime()];
  const ticks = decades(traces.map(({ durationMs }) => durationMs));
  const [low, high] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
  const scales: Scales = {
    x: (ms) => left + ((ms - from) / (to - from)) * (width - left - 12),
    y: (ms) => 8 + (1 - (Math.log10(Math.max(ms, 1)) - low) / (high - low)) * (height - bottom - 16),
  };
  return (
    <Box sx={{ bgcolor: "background.paper", border: 1, borderColor: "divider", borderRadius: 1.5, p: 1 }}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width="100%"
        role="img"
        aria-label="Duration of the found traces over time"
      >
        <Axes
          ticks={ticks}
          times={[0, 0.25, 0.5, 0.75, 1].map((share) => from + share * (to - from))}
          {...scales}
        />
        {traces.map((trace) => (
          <Dot key={trace.id} trace={trace} {...scales} />
        ))}
      </svg>
    </Box>
  );
}

function Axes({
  ticks,
  times,
  x,
  y,
}: Scales & { ticks: readonly number[]; times: readonly number[] }): ReactElement {
  const { palette } = useTheme();
  const text = { fontSize: 12, fill: palette.text.secondary };
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={width - 12} y1={y(tick)} y2={y(tick)} stroke={palette.divider} />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end" {...text}>
            {duration(tick)}
          </text>
        </g>
      ))}
      {times.map((time, index) => (
        <text
          key={time}
          x={x(time)}
          y={height - 6}
          textAnchor={index === 0 ? "start" : index === times.length - 1 ? "end" : "middle"}
          {...text}
        >
          {moment(time)}
        </text>
      ))}
    </>
  );
}

function Dot({ trace, x, y }: Scales & { trace: FoundTrace }): ReactElement {
  const { palette } = useTheme();
  const navigate = useNavigate();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list below has the same links for the keyboard
    <circle
      cx={x(trace.startMs)}
      cy={y(trace.durationMs)}
      r={5}
      fill={trace.errors > 0 ? stateColours[palette.mode].bad : palette.primary.main}
      fillOpacity={0.7}
      style={{ cursor: "pointer" }}
      onClick={() => navigate(`/traces/${trace.id}`)}
    >
      <title>{`${trace.name}, ${duration(trace.durationMs)}, ${moment(trace.startMs)}`}</title>
    </circle>
  );
}

/** Powers of ten around the durations, from a millisecond on. */
function decades(durations: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...durations))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(2, ...durations))));
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
}
