import { Box, useTheme } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "react-router-dom";
import { type Budget, budgets, dashboardList, type Verdict } from "../ask/content.ts";
import { type State, stateColours } from "../frame/theme.ts";
import { budgetState } from "../parts/budget-state.ts";
import { Card } from "../parts/card.tsx";
import { Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { span } from "../trace/words.ts";

/** Each promise with what is left of its budget and how fast that goes. */
export function SloPage(): ReactElement {
  const { data, error } = useQuery(["budgets"], budgets, { refetchInterval: 15_000 });
  const dashboards = useQuery(["dashboards"], dashboardList);
  const more = dashboards.data?.find(({ uid }) => /slo/.test(uid));
  return (
    <>
      <PageHead
        title="Promises and their error budgets"
        about={
          <>
            A budget is what may fail in {data?.budgets[0]?.window ?? "30d"}. Burn 1× spends exactly that. The
            same as <code>npm run budget</code>.
            {more && (
              <>
                {" "}
                More: <Link to={`/d/${more.uid}`}>{more.title}</Link>.
              </>
            )}
          </>
        }
      >
        {data && <Deploy verdict={data.verdict} />}
      </PageHead>
      {error ? <Trouble error={error} /> : null}
      {!data && !error ? <Waiting what="the budgets" /> : null}
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fill, minmax(360px, 1fr))" }}>
        {data?.budgets.map((budget) => (
          <PromiseCard key={`${budget.slo} ${budget.environment}`} budget={budget} />
        ))}
      </Box>
    </>
  );
}

const verdicts: Readonly<Record<Verdict, { said: string; state: State }>> = {
  go: { said: "Deploy as usual", state: "good" },
  careful: { said: "Deploy with care", state: "warn" },
  stop: { said: "Deploy only what mends it", state: "bad" },
  unknown: { said: "Too little history to say", state: "calm" },
};

function Deploy({ verdict }: { verdict: Verdict }): ReactElement {
  const { palette } = useTheme();
  const { said, state } = verdicts[verdict];
  const colour = stateColours[palette.mode][state];
  return (
    <Box
      sx={{
        border: 1,
        borderColor: colour,
        color: colour,
        borderRadius: 5,
        px: 2,
        py: 0.75,
        fontWeight: 700,
      }}
    >
      {said}
    </Box>
  );
}

function PromiseCard({ budget }: { budget: Budget }): ReactElement {
  const { palette } = useTheme();
  const colours = stateColours[palette.mode];
  const { state, burn } = budget;
  const left = state?.left;
  const colour = colours[budgetState(budget)];
  const percent = left === undefined ? 0 : Math.max(0, Math.min(1, left)) * 100;
  return (
    <Card aria-label={budget.title}>
      <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1 }}>
        <Box component="h2" sx={{ m: 0, fontSize: "1rem" }}>
          {budget.title}
        </Box>
        <Box sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
          {budget.objective} in {budget.window}
        </Box>
      </Box>
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 1, mt: 1 }}>
        <Box
          sx={{
            fontSize: "1.7rem",
            fontWeight: 700,
            color: left !== undefined && left <= 0 ? colour : "text.primary",
          }}
        >
          {left === undefined ? "no data" : `${(left * 100).toFixed(1)} %`}
        </Box>
        <Box sx={{ color: "text.secondary" }}>
          {left === undefined ? "nothing valid was seen yet" : "of the budget left"}
        </Box>
      </Box>
      <Box
        role="img"
        aria-label={left === undefined ? "no data" : `${percent.toFixed(0)} percent left`}
        sx={{ height: 8, borderRadius: 4, bgcolor: "action.hover", overflow: "hidden", my: 1 }}
      >
        <Box sx={{ width: `${percent}%`, height: 1, bgcolor: colour }} />
      </Box>
      <Burns burn={burn} />
      <Box sx={{ color: "text.secondary", mt: 1, fontSize: "0.8rem" }}>
        {state &&
          `${lasts(state.exhaustedInSeconds)}; ${budget.validEvents.toLocaleString()} valid events in ${span(state.historySeconds)} of history; `}
        {budget.environment}
      </Box>
    </Card>
  );
}

function Burns({ burn }: { burn: Budget["burn"] }): ReactElement {
  const { palette } = useTheme();
  const colours = stateColours[palette.mode];
  return (
    <Box component="dl" sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, rowGap: 0.5, m: 0 }}>
      {Object.entries(burn).map(([window, rate]) => (
        <Box key={window}>
          <Box component="dt" sx={{ fontSize: "0.7rem", color: "text.secondary" }}>
            burn {window}
          </Box>
          <Box
            component="dd"
            sx={{ m: 0, fontWeight: 700, color: rate !== null && rate > 1 ? colours.bad : "text.primary" }}
          >
            {rate === null ? "–" : `${rate.toFixed(2)}×`}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function lasts(seconds: number | null): string {
  if (seconds === null) return "Not burning";
  return seconds === 0 ? "Spent" : `At this rate it lasts ${span(seconds)}`;
}
