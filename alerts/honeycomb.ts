import { seconds, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Matcher, Promises, Slo } from "../telemetry/slo.ts";
import { alertName, pairsOf } from "./slo-alerts.ts";

/** Where the collector's overlay sends every SLI span, before any sampling. */
export const sliDataset = "frontdesk-sli";

/**
 * Promises over HTTP requests as Honeycomb SLOs: Terraform in its JSON syntax, for the provider honeycombio.
 * An SLI there is a calculated field over SERVER spans: true is good, false is bad, null is not valid.
 * Promises over other things than requests have no such spans and stay in Prometheus.
 *
 * @source https://registry.terraform.io/providers/honeycombio/honeycombio/latest/docs
 */
export function honeycomb(header: string, promises: Promises): object {
  const all = Object.entries(promises).filter(([, slo]) => isOverRequests(slo));
  return {
    "//": header,
    terraform: {
      required_providers: { honeycombio: { source: "honeycombio/honeycombio", version: ">= 0.39.0" } },
    },
    variable: {
      page_recipients: recipients("Who is woken: ids of Honeycomb recipients, such as one of PagerDuty."),
      ticket_recipients: recipients("Who reads tickets: ids of Honeycomb recipients, such as one of Slack."),
    },
    resource: {
      honeycombio_derived_column: Object.fromEntries(all.map(([id, slo]) => [key(id), column(id, slo)])),
      honeycombio_slo: Object.fromEntries(all.map(([id, slo]) => [key(id), promise(id, slo)])),
      honeycombio_burn_alert: Object.fromEntries(
        all.flatMap(([id, slo]) =>
          pairsOf(slo).map((pair) => [key(`${id}-${pair.tier}`), burnAlert(id, slo, pair)]),
        ),
      ),
    },
  };
}

export const isOverRequests = ({ indicator }: Slo): boolean =>
  indicator.metric === "http.server.request.duration";

const recipients = (description: string) => ({ type: "list(string)", default: [], description });
const key = (id: string) => id.replaceAll("-", "_");

const column = (id: string, slo: Slo) => ({
  alias: `sli.${id}`,
  dataset: sliDataset,
  description: `Good events of: ${slo.title}.`,
  expression: sliExpression(slo),
});

const promise = (id: string, slo: Slo) => ({
  name: slo.title,
  description: `${slo.rationale} When it breaks: ${slo.userImpact} Runbook: ${slo.runbook}`,
  dataset: sliDataset,
  sli: `\${honeycombio_derived_column.${key(id)}.alias}`,
  target_percentage: Number(slo.objective.slice(0, -1)),
  time_period: seconds(slo.window) / 86_400,
});

/** Honeycomb has one window for an alert: it gets the long one of each pair, with the share of the budget that burns in it. */
function burnAlert(id: string, slo: Slo, { tier, severity, long, burn }: WindowPair) {
  const share = (Math.round(Number(burn) * 10) * seconds(long) * 10) / seconds(slo.window);
  return {
    description: `${alertName(slo)} ${tier}: ${slo.runbook}`,
    dataset: sliDataset,
    slo_id: `\${honeycombio_slo.${key(id)}.id}`,
    alert_type: "budget_rate",
    budget_rate_window_minutes: seconds(long) / 60,
    budget_rate_decrease_percent: share,
    dynamic: {
      recipient: { for_each: `\${var.${severity}_recipients}`, content: { id: `\${recipient.value}` } },
    },
  };
}

/** Honeycomb's expression of a promise; whatever is no request of a user is null. */
export function sliExpression({ title, indicator: { valid, good } }: Slo): string {
  if (good.kind === "at most")
    throw new RangeError(`Honeycomb's SLOs count spans, and ${title} reads a gauge.`);
  const isGood =
    good.kind === "label"
      ? condition(good.matcher)
      : `LTE($duration_ms, ${Math.round(good.seconds * 1_000)})`;
  return `IF(AND(EQUALS($frontdesk.sli, true), NOT(EXISTS($user_agent.synthetic.type)), ${valid
    .map(condition)
    .join(", ")}), ${isGood})`;
}

/** A missing attribute counts as "", as a missing label does. */
function condition({ label, op, value }: Matcher): string {
  const text = `COALESCE(STRING($${label}), "")`;
  const fits =
    op === "is" || op === "is not"
      ? `EQUALS(${text}, ${JSON.stringify(value)})`
      : `REG_MATCH(${text}, ${quoted(`^(?:${value})$`)})`;
  return op === "is" || op === "matches" ? fits : `NOT(${fits})`;
}

/** Regular expressions stand in backticks, where a backslash is a backslash. */
const quoted = (pattern: string) => `\`${pattern}\``;
