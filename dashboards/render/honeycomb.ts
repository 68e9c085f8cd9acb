import type { Matcher } from "../../telemetry/slo.ts";
import type { Dashboard, Panel, SpanQuery } from "../panels.ts";

/** What belongs to the promises and is asked of the rules: the dataset of SLI spans, and which promises stand in it. */
export type HoneycombSlos = { readonly dataset: string; readonly ids: readonly string[] };

const key = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, "_");

/**
 * Boards of the same questions over spans, for Honeycomb: Terraform in its JSON syntax, one module with the SLOs.
 * Panels whose numbers are in no span of a request (gauges, tools) are not there.
 *
 * @source https://registry.terraform.io/providers/honeycombio/honeycombio/latest/docs/resources/flexible_board
 */
export function honeycombBoards(
  header: string,
  dashboards: readonly Dashboard[],
  { dataset, ids }: HoneycombSlos,
): object {
  const boards = dashboards
    .map((dashboard) => ({ dashboard, asked: askedOf(dashboard) }))
    .filter(({ asked }) => asked.length > 0);
  const all = boards.flatMap(({ asked }) => asked);
  const of = <T>(make: (one: Asked) => T) => Object.fromEntries(all.map((one) => [one.key, make(one)]));
  return {
    "//": header,
    data: { honeycombio_query_specification: of(({ spans }) => specification(spans)) },
    resource: {
      honeycombio_query: of(({ key }) => ({
        dataset,
        query_json: `\${data.honeycombio_query_specification.${key}.json}`,
      })),
      honeycombio_query_annotation: of(({ key, panel }) => ({
        dataset,
        query_id: `\${honeycombio_query.${key}.id}`,
        name: panel.title,
        description: panel.question,
      })),
      honeycombio_flexible_board: Object.fromEntries(
        boards.map(({ dashboard, asked }) => [
          key(dashboard.title),
          {
            name: `Frontdesk: ${dashboard.title}`,
            description: dashboard.description,
            panel: [
              ...(dashboard.uid === "frontdesk-slo" ? ids.map(sloPanel) : []),
              ...asked.map(({ key }) => ({
                type: "query",
                query_panel: {
                  query_id: `\${honeycombio_query.${key}.id}`,
                  query_annotation_id: `\${honeycombio_query_annotation.${key}.id}`,
                  query_style: "combo",
                },
              })),
            ],
          },
        ]),
      ),
    },
  };
}

type Asked = { readonly key: string; readonly panel: Panel; readonly spans: SpanQuery };

const askedOf = ({ uid, rows }: Dashboard): Asked[] =>
  rows
    .flatMap(({ panels }) => panels)
    .flatMap((panel) =>
      "spans" in panel && panel.spans
        ? [{ key: key(`${uid.replace("frontdesk-", "")} ${panel.title}`), panel, spans: panel.spans }]
        : [],
    );

const sloPanel = (id: string) => ({
  type: "slo",
  slo_panel: { slo_id: `\${honeycombio_slo.${id.replaceAll("-", "_")}.id}` },
});

const specification = ({ calculate, by, where = [] }: SpanQuery) => ({
  calculation: [
    calculate === "count" ? { op: "COUNT" } : { op: calculate.toUpperCase(), column: "duration_ms" },
  ],
  filter: [
    { column: "frontdesk.sli", op: "=", value: "true" },
    { column: "user_agent.synthetic.type", op: "does-not-exist" },
    ...where.flatMap(filters),
  ],
  breakdowns: by,
  time_range: 3_600,
});

/** Honeycomb's filters know no regular expressions; classes of status codes are ranges of numbers. */
function filters({ label, op, value }: Matcher): object[] {
  if (op === "is" || op === "is not") return [{ column: label, op: op === "is" ? "=" : "!=", value }];
  const [, from, to] = /^\[?(\d)(\d?)\]?\.\.$/.exec(value) ?? [];
  if (from === undefined || op === "matches not")
    throw new RangeError(`say how ${label} ${op} ${value} is asked in Honeycomb`);
  return [
    { column: label, op: ">=", value: `${from}00` },
    { column: label, op: "<", value: `${Number(to || from) + 1}00` },
  ];
}
