import { Box, useTheme } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Link } from "react-router-dom";
import { budgets } from "../ask/content.ts";
import { alertRules, instant } from "../ask/prometheus.ts";
import { type State, stateColours } from "../frame/theme.ts";
import { budgetState } from "../parts/budget-state.ts";
import { Card } from "../parts/card.tsx";
import { duration } from "../trace/words.ts";

/** Four answers of the first page: alerts, budgets, requests and how long they take. */
export function HealthNow(): ReactElement {
  return (
    <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fit, minmax(230px, 1fr))" }}>
      <Firing />
      <Budgets />
      <Requests />
      <Slowest />
    </Box>
  );
}

const often = { refetchInterval: 15_000 } as const;

function Firing(): ReactElement {
  const { data } = useQuery(["alert rules"], alertRules, often);
  const alerts = data?.filter(({ labels }) => labels.severity !== "watchdog").flatMap((rule) => rule.alerts);
  const firing = alerts?.filter(({ state }) => state === "firing").length ?? 0;
  const pending = alerts?.filter(({ state }) => state === "pending").length ?? 0;
  return (
    <Tile
      to="/alerts"
      name="Alerts"
      state={!data ? "calm" : firing > 0 ? "bad" : "good"}
      value={data ? (firing > 0 ? `${firing} firing` : "Quiet") : "…"}
    >
      {data && `${pending} pending, ${data.length} rules watch`}
    </Tile>
  );
}

function Budgets(): ReactElement {
  const { data } = useQuery(["budgets"], budgets, { ...often, retry: false });
  const known = data?.budgets.filter(({ state }) => state !== undefined) ?? [];
  const worst = known.toSorted((a, b) => (a.state?.left ?? 0) - (b.state?.left ?? 0))[0];
  const left = worst?.state?.left;
  return (
    <Tile
      to="/slo"
      name="Least error budget left"
      state={worst ? budgetState(worst) : "calm"}
      value={left === undefined ? "no data yet" : left < 0 ? "Overspent" : `${(left * 100).toFixed(0)} %`}
    >
      {worst?.title ?? "Budgets are summed each minute"}
      {left !== undefined && left < 0 && `: ${(1 - left).toFixed(1)} times its budget`}
    </Tile>
  );
}

/** Whether a promise burns faster than it may, as its own recorded series say: no threshold of the page's own. */
function useBurning(slo: string): boolean {
  const { data } = useQuery(["budgets"], budgets, { ...often, retry: false });
  return data?.budgets.some((budget) => budget.slo === slo && (budget.burn["5m"] ?? 0) > 1) ?? false;
}

const sli = 'http_server_request_duration_seconds_count{service_name="frontdesk"}';

function Requests(): ReactElement {
  const { data } = useQuery(["now", "rate"], () => instant(`sum(rate(${sli}[5m]))`), often);
  const failed = useQuery(
    ["now", "failed"],
    () =>
      instant(
        `sum(rate(${sli.replace("}", ',http_response_status_code=~"5.."}')}[5m])) / sum(rate(${sli}[5m]))`,
      ),
    often,
  );
  const isBurning = useBurning("api-availability");
  const [rate] = data ?? [];
  const share = failed.data?.[0]?.value ?? 0;
  return (
    <Tile
      to="/?then=first"
      name="Requests, last 5 min"
      state={isBurning ? "bad" : rate ? "good" : "calm"}
      value={rate ? `${rate.value.toFixed(rate.value < 10 ? 2 : 0)} /s` : "none"}
    >
      {rate && `${(share * 100).toFixed(2)} % failed`}
    </Tile>
  );
}

function Slowest(): ReactElement {
  const quantile = (q: string) =>
    `histogram_quantile(${q}, sum by (le) (rate(http_server_request_duration_seconds_bucket{service_name="frontdesk"}[5m])))`;
  const { data } = useQuery(
    ["now", "duration"],
    async () =>
      (await Promise.all(["0.5", "0.99"].map((q) => instant(quantile(q))))).map(([sample]) => sample?.value),
    often,
  );
  const isBurning = useBurning("api-latency");
  const [median, p99] = data ?? [];
  return (
    <Tile
      to={`/traces?longer=${Math.floor((p99 ?? 0) * 1_000) || ""}`}
      name="99 of 100 are faster than"
      state={p99 === undefined ? "calm" : isBurning ? "warn" : "good"}
      value={p99 === undefined ? "no data yet" : duration(p99 * 1_000)}
    >
      {median !== undefined && `half are faster than ${duration(median * 1_000)}`}
    </Tile>
  );
}

type TileProps = {
  readonly to: string;
  readonly name: string;
  readonly value: string;
  readonly state: State;
  readonly children: ReactNode;
};

function Tile({ to, name, value, state, children }: TileProps): ReactElement {
  const { palette } = useTheme();
  const colour = stateColours[palette.mode][state];
  return (
    <Card
      sx={{
        position: "relative",
        borderLeft: 4,
        borderLeftColor: colour,
        "&:hover": { borderColor: "primary.main" },
      }}
    >
      <Box
        component={Link}
        to={to}
        sx={{
          color: "text.secondary",
          textDecoration: "none",
          "&::after": { content: '""', position: "absolute", inset: 0 },
        }}
      >
        {name}
      </Box>
      <Box
        sx={{
          fontSize: "1.7rem",
          fontWeight: 700,
          lineHeight: 1.3,
          color: state === "bad" ? colour : "text.primary",
        }}
      >
        {value}
      </Box>
      <Box sx={{ color: "text.secondary", minHeight: "1.3em" }}>{children}</Box>
    </Card>
  );
}
