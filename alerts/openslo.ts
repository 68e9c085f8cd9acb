import { badRate, validRate } from "../telemetry/derive/burn.ts";
import type { WindowPair } from "../telemetry/derive/windows.ts";
import { type Promises, type Slo, slos } from "../telemetry/slo.ts";
import { yaml } from "./rule-file.ts";
import { pairsOf } from "./slo-alerts.ts";

const service = "frontdesk";
const target = "on-call";
const apiVersion = "openslo/v1";

type Document = { readonly kind: string; readonly metadata: object; readonly spec: object };

/**
 * Every promise as OpenSLO documents, for tools that read that format.
 * OpenSLO knows one look-back window per condition: it gets the long one of each pair, which decides whether it matters.
 * The short windows, the minimum of bad events and the memory of outages stand in the Prometheus rules only.
 *
 * @source https://github.com/OpenSLO/OpenSLO openslo/v1
 */
export function openSlo(header: string, promises: Promises = slos): string {
  const documents = [
    document("Service", service, "Frontdesk", { description: "A multi-tenant booking API." }),
    document("DataSource", "prometheus", "Prometheus", {
      type: "prometheus",
      connectionDetails: { url: "http://127.0.0.1:9090" },
    }),
    document("AlertNotificationTarget", target, "On-call", { target: "alertmanager" }),
    ...Object.entries(promises).flatMap(([id, slo]) => [
      ...pairsOf(slo).map((pair) => alertPolicy(id, slo, pair)),
      promise(id, slo),
    ]),
  ];
  return `# ${header}\n${documents.map((one) => yaml({ apiVersion, ...one })).join("---\n")}`;
}

const document = (kind: string, name: string, displayName: string, spec: object): Document => ({
  kind,
  metadata: { name, displayName },
  spec,
});

/** Bad events are given, not good ones: the rules count those, filled with zero where nothing failed yet. */
function promise(id: string, slo: Slo): Document {
  const source = (query: string) => ({
    metricSource: { metricSourceRef: "prometheus", type: "prometheus", spec: { query } },
  });
  return document("SLO", id, slo.title, {
    description: `${slo.rationale} When it breaks: ${slo.userImpact} Runbook: ${slo.runbook}`,
    service,
    indicator: {
      metadata: { name: `${id}-sli`, displayName: `Bad and valid events of ${slo.title}` },
      spec: {
        ratioMetric: {
          counter: false,
          bad: source(badRate(slo, "5m")),
          total: source(validRate(slo, "5m")),
        },
      },
    },
    timeWindow: [{ duration: slo.window, isRolling: true }],
    budgetingMethod: "Occurrences",
    objectives: [{ displayName: slo.objective, targetPercent: Number(slo.objective.slice(0, -1)) }],
    alertPolicies: pairsOf(slo).map(({ tier }) => ({ alertPolicyRef: `${id}-${tier}` })),
  });
}

const alertPolicy = (id: string, slo: Slo, { tier, severity, long, burn }: WindowPair): Document =>
  document("AlertPolicy", `${id}-${tier}`, `${slo.title}, ${tier}`, {
    description: slo.userImpact,
    alertWhenNoData: false,
    alertWhenBreaching: true,
    alertWhenResolved: true,
    conditions: [
      {
        kind: "AlertCondition",
        metadata: {
          name: `${id}-${tier}-burn`,
          displayName: `${burn} times the sustainable rate over ${long}`,
        },
        spec: {
          severity,
          condition: { kind: "burnrate", op: "gte", threshold: Number(burn), lookbackWindow: long },
        },
      },
    ],
    notificationTargets: [{ targetRef: target }],
  });
