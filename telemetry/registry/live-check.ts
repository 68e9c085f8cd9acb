import type { Report } from "./finding.ts";
import type { AttributeRow, Registry } from "./registry.ts";
import type { SeenAttributes, SeenLog, SeenPoint, SeenSpan } from "./seen.ts";
import { rowOf } from "./span-row.ts";

/**
 * Holds what is emitted against the registry: every name, type, closed set, and the distinct values and series over its life.
 * Pure: it reports and goes on. Its memory is bounded by the bounds that it checks.
 */
export class LiveCheck {
  readonly checked = { spans: 0, logs: 0, points: 0, rows: new Set<string>() };
  readonly #registry: Registry;
  readonly #report: Report;
  readonly #values = new Map<string, Set<unknown>>();
  readonly #series = new Map<string, Set<string>>();

  constructor(registry: Registry, report: Report) {
    this.#registry = registry;
    this.#report = report;
  }

  span(span: SeenSpan): void {
    this.checked.spans++;
    const { everySpan } = this.#registry;
    const title = `${span.kind} ${span.name}`;
    this.#names(span.attributes, `span ${title}`);
    for (const event of span.events ?? [])
      this.#report({ kind: "span event", name: event.name, why: `on ${title}; no span event is declared` });
    for (const name of (span.links ?? []).flatMap(({ attributes = {} }) => Object.keys(attributes)))
      this.#report({ kind: "link", name, why: `on a link of ${title}; no attribute of links is declared` });
    const found = rowOf(this.#registry, span);
    if (found === undefined) {
      const carried = Object.keys(span.attributes).join(" ");
      this.#report({ kind: "span", name: title, why: `is like no row (${carried})` });
      return;
    }
    const [row, { is, required, attributes }] = found;
    this.checked.rows.add(row);
    const allowed = [...Object.keys(is), ...required, ...attributes, ...everySpan];
    for (const name of Object.keys(span.attributes))
      if (!allowed.includes(name))
        this.#report({ kind: "attribute", name, why: `is not in the row of ${row} (${title})` });
    for (const name of required)
      if (span.attributes[name] === undefined)
        this.#report({ kind: "attribute", name, why: `is missing on ${title}, though ${row} requires it` });
  }

  log({ event, severity, attributes }: SeenLog): void {
    this.checked.logs++;
    this.#names(attributes, `log record ${event}`);
    const row = this.#registry.logEvents[event];
    if (row === undefined) {
      this.#report({ kind: "log event", name: event, why: "is not in telemetry/log-events.ts" });
      return;
    }
    this.checked.rows.add(event);
    if (!row.severities.includes(severity))
      this.#report({ kind: "log event", name: event, why: `has severity ${severity}` });
    const module = attributes["frontdesk.module"];
    const isOurs =
      row.module === undefined ? this.#registry.modules.includes(String(module)) : row.module === module;
    if (!isOurs) this.#report({ kind: "log event", name: event, why: `is written by module ${module}` });
    for (const name of Object.keys(attributes))
      if (!row.fields.includes(name) && !this.#registry.everyRecord.includes(name))
        this.#report({ kind: "field", name, why: `is not in the row of ${event}` });
  }

  point({ metric, unit, kind, labels }: SeenPoint): void {
    this.checked.points++;
    const row = this.#registry.metrics[metric];
    if (row === undefined) {
      this.#report({ kind: "metric", name: metric, why: "is not in telemetry/metrics.ts" });
      return;
    }
    this.checked.rows.add(metric);
    const instrument = kind === "sum" ? "counter" : kind;
    if (row.instrument !== instrument || row.unit !== unit)
      this.#report({ kind: "metric", name: metric, why: `is a ${instrument} in ${unit}` });
    for (const name of Object.keys(labels))
      if (!row.labels.includes(name))
        this.#report({ kind: "label", name, why: `is not a label of ${metric}` });
    this.#names(labels, `metric ${metric}`);
    this.series(metric, labels);
  }

  /** Counts one label set of a metric, wherever it was seen. */
  series(metric: string, labels: Readonly<Record<string, unknown>>): void {
    const row = this.#registry.metrics[metric];
    if (row === undefined) return;
    const key = JSON.stringify(row.labels.map((label) => labels[label] ?? null));
    const why = `more than ${row.seriesMax} series`;
    this.#bounded(this.#series, metric, key, row.seriesMax, why);
  }

  resource(attributes: SeenAttributes): void {
    this.#names(attributes, "resource");
    for (const name of Object.keys(attributes))
      if (!this.#registry.resource.includes(name))
        this.#report({ kind: "resource", name, why: "is not in the list of resource attributes" });
    for (const name of this.#registry.resource)
      if (attributes[name] === undefined) this.#report({ kind: "resource", name, why: "is missing" });
  }

  #names(attributes: SeenAttributes, where: string): void {
    for (const [name, value] of Object.entries(attributes)) {
      const row = this.#registry.attributes[name];
      if (row === undefined)
        this.#report({ kind: "attribute", name, why: `on ${where}; is not in the table` });
      else this.#value(name, value, row, where);
    }
  }

  #value(name: string, value: unknown, row: AttributeRow, where: string): void {
    if (!row.exported) this.#report({ kind: "attribute", name, why: `on ${where}; must never be exported` });
    if (!isOfType(value, row.type))
      this.#report({ kind: "value", name, why: `on ${where}; ${JSON.stringify(value)} is no ${row.type}` });
    else if (row.values !== undefined && !row.values.includes(value as string))
      this.#report({ kind: "value", name, why: `on ${where}; ${JSON.stringify(value)} is not in its set` });
    else if (row.bound !== "unbounded" && row.values === undefined)
      this.#bounded(this.#values, name, value, row.bound, `more than ${row.bound} distinct values`);
  }

  #bounded<T>(seen: Map<string, Set<T>>, name: string, value: T, bound: number, why: string): void {
    const known = seen.get(name) ?? new Set<T>();
    seen.set(name, known);
    if (known.size > bound || known.has(value)) return;
    known.add(value);
    if (known.size > bound) this.#report({ kind: "bound", name, why: `${why}; the last: ${value}` });
  }
}

function isOfType(value: unknown, type: AttributeRow["type"]): boolean {
  if (type === "int") return Number.isInteger(value);
  if (type === "double") return typeof value === "number" && Number.isFinite(value);
  return typeof value === type;
}
