import { Box, useTheme } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "react-router-dom";
import { heldBack, labelKey } from "../ask/alertmanager.ts";
import { runbookOf } from "../ask/content.ts";
import { type ActiveAlert, type AlertRule, alertRules } from "../ask/prometheus.ts";
import { stateColours } from "../frame/theme.ts";
import { Card } from "../parts/card.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { cell, TableHead, table } from "../parts/table.tsx";
import { ago } from "../trace/words.ts";

type Shown = ActiveAlert & { readonly name: string };

/** What fires now with its runbook, what may fire soon, and every rule that watches. */
export function AlertsPage(): ReactElement {
  const { data, error } = useQuery(["alert rules"], alertRules, { refetchInterval: 15_000 });
  const held = useQuery(["held back"], heldBack, { refetchInterval: 15_000 });
  if (error) return <Trouble error={error} />;
  if (!data) return <Waiting what="the alerts" />;
  const active = data
    .filter(({ labels }) => labels.severity !== "watchdog")
    .flatMap(({ name, alerts }) => alerts.map((alert): Shown => ({ ...alert, name })))
    .toSorted((a, b) => rank(a) - rank(b) || a.activeAt.localeCompare(b.activeAt));
  const [firing, pending] = [
    active.filter(({ state }) => state === "firing"),
    active.filter(({ state }) => state === "pending"),
  ];
  return (
    <>
      <PageHead
        title="Alerts"
        about="What fires now, pages first, each with the page that says what to do."
      />
      {firing.length === 0 && <Quiet rules={data} />}
      {firing.map((alert) => (
        <Alert key={labelKey(alert.labels)} alert={alert} held={held.data?.get(labelKey(alert.labels))} />
      ))}
      {pending.length > 0 && <Pending alerts={pending} />}
      <Rules rules={data} />
    </>
  );
}

const rank = ({ labels }: Shown) => (labels.severity === "page" ? 0 : 1);

/** Quiet is only good when the alert that always fires does. */
function Quiet({ rules }: { rules: readonly AlertRule[] }): ReactElement {
  const { palette } = useTheme();
  const isAlive = rules.some(({ labels, state }) => labels.severity === "watchdog" && state === "firing");
  const { good, warn } = stateColours[palette.mode];
  return (
    <Card sx={{ borderLeft: 4, borderLeftColor: isAlive ? good : warn, mb: 2 }}>
      <strong>Nothing is firing.</strong>{" "}
      {isAlive
        ? "Alerting is alive: the watchdog, which always fires, does."
        : "But the watchdog, which always fires, does not yet: rules are evaluated for the first time, or not at all."}
    </Card>
  );
}

function Alert({ alert, held }: { alert: Shown; held: string | undefined }): ReactElement {
  const { palette } = useTheme();
  const { bad, warn } = stateColours[palette.mode];
  const isPage = alert.labels.severity === "page";
  const { summary, impact, budget, dashboard, traces } = alert.annotations;
  const runbook = runbookName(alert);
  return (
    <Card aria-label={alert.name} sx={{ borderLeft: 4, borderLeftColor: isPage ? bad : warn, mb: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "baseline" }}>
        <Box component="h2" sx={{ m: 0, fontSize: "1.1rem" }}>
          {alert.name}
        </Box>
        <Box sx={{ color: isPage ? bad : warn, fontWeight: 700 }}>{alert.labels.severity}</Box>
        {held && <Box sx={{ color: "text.secondary" }}>{held}</Box>}
        <Box sx={{ color: "text.secondary" }}>
          since <time dateTime={alert.activeAt}>{ago(Date.parse(alert.activeAt))}</time>
        </Box>
      </Box>
      {summary && <Box sx={{ mt: 0.75 }}>{summary}</Box>}
      {impact && <Box sx={{ mt: 0.5, color: "text.secondary" }}>{impact}</Box>}
      {budget && <Box sx={{ mt: 0.5, color: "text.secondary" }}>Budget left: {budget}</Box>}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, mt: 1 }}>
        {dashboard?.startsWith("/d/") && <Link to={dashboard}>Dashboard</Link>}
        {traces && <Link to={`/traces?q=${encodeURIComponent(traces)}`}>Bad traces</Link>}
        {runbook && <Link to={`/runbooks/${runbook}`}>Runbook as a page</Link>}
        {alert.labels.slo && <Link to="/slo">Budget</Link>}
      </Box>
      <Labels labels={alert.labels} />
      {runbook && <Runbook name={runbook} isOpen={isPage} />}
    </Card>
  );
}

function Labels({ labels }: { labels: Readonly<Record<string, string>> }): ReactElement {
  const rest = Object.entries(labels).filter(([name]) => name !== "alertname" && name !== "severity");
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75, mt: 1 }}>
      {rest.map(([name, value]) => (
        <Box
          component="code"
          key={name}
          sx={{ bgcolor: "action.hover", borderRadius: 0.5, px: 0.75, fontSize: "0.75rem" }}
        >
          {name}={value}
        </Box>
      ))}
    </Box>
  );
}

function Runbook({ name, isOpen }: { name: string; isOpen: boolean }): ReactElement {
  const { data, error } = useQuery(["runbook", name], () => runbookOf(name));
  return (
    <Box component="details" open={isOpen} sx={{ mt: 1.5, borderTop: 1, borderColor: "divider", pt: 1 }}>
      <Box component="summary" sx={{ cursor: "pointer", fontWeight: 700 }}>
        What to do
      </Box>
      {error ? <Trouble error={error} /> : data !== undefined && <Markdown text={data} leaveOutTitle />}
    </Box>
  );
}

function Pending({ alerts }: { alerts: readonly Shown[] }): ReactElement {
  return (
    <Card title="May fire soon" sx={{ mb: 2 }}>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {alerts.map((alert) => (
          <li key={labelKey(alert.labels)}>
            {alert.name}: {alert.annotations.summary ?? ""} ({alert.labels.severity}, pending since{" "}
            {ago(Date.parse(alert.activeAt))})
          </li>
        ))}
      </Box>
    </Card>
  );
}

function Rules({ rules }: { rules: readonly AlertRule[] }): ReactElement {
  const { palette } = useTheme();
  const { bad, warn, good } = stateColours[palette.mode];
  const colours = { firing: bad, pending: warn, inactive: good } as const;
  /** The watchdog is well when it fires. */
  const colourOf = ({ labels, state }: AlertRule) =>
    labels.severity === "watchdog" ? (state === "firing" ? good : bad) : colours[state];
  return (
    <Card title={`All ${rules.length} rules that watch`}>
      <Box sx={{ overflowX: "auto" }}>
        <Box component="table" sx={table}>
          <TableHead names={["State", "Alert", "Severity", "Says", "Runbook"]} />
          <tbody>
            {rules.map((rule) => (
              <tr key={`${rule.name} ${rule.query}`}>
                <Box component="td" sx={{ ...cell, color: colourOf(rule), fontWeight: 700 }}>
                  {rule.state === "inactive" ? "quiet" : rule.state}
                </Box>
                <Box component="td" sx={cell}>
                  {rule.name}
                </Box>
                <Box component="td" sx={{ ...cell, whiteSpace: "nowrap" }}>
                  {[rule.labels.severity, rule.labels.tier].filter(Boolean).join(", ")}
                </Box>
                <Box component="td" sx={{ ...cell, color: "text.secondary" }}>
                  {rule.annotations.impact ?? ""}
                </Box>
                <Box component="td" sx={cell}>
                  {runbookName(rule) && (
                    <Link to={`/runbooks/${runbookName(rule)}`}>{runbookName(rule)}</Link>
                  )}
                </Box>
              </tr>
            ))}
          </tbody>
        </Box>
      </Box>
    </Card>
  );
}

const runbookName = ({ annotations }: Pick<AlertRule, "annotations">): string | undefined =>
  /^alerts\/runbooks\/(\w+)\.md$/.exec(annotations.runbook ?? "")?.[1];
