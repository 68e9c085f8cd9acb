import { type Schema, Validator } from "@cfworker/json-schema";
import { type Finding, findingText } from "../../../telemetry/registry/finding.ts";
import { LiveCheck } from "../../../telemetry/registry/live-check.ts";
import { logRecordSchema, otlpLogRecordSchema } from "../../../telemetry/registry/log-schema.ts";
import { checkOtlp } from "../../../telemetry/registry/otlp.ts";
import { registry } from "../../../telemetry/registry/registry.ts";
import type { Seen } from "./message.ts";

/** One check for a whole run, whatever the number of files, projects and isolates: bounds are counted over all of it. */
export class RunCheck {
  readonly check = new LiveCheck(registry, (finding) => this.#found.push(finding));
  lines = 0;
  #found: Finding[] = [];
  /** What collectors got, from whichever file. */
  #received: Finding[] = [];
  /** Files that are running and emit anything they like. */
  readonly #exempt = new Set<string>();
  readonly #everPlanted = new Set<string>();
  readonly #schema = new Validator(logRecordSchema("live check") as Schema, "2020-12");
  readonly #otlpSchema = new Validator(otlpLogRecordSchema("live check") as Schema, "2020-12");
  /** By file: names that were planted, and those of them that were found. */
  readonly #planted = new Map<string, { readonly names: Set<string>; readonly met: Set<string> }>();

  /** What was wrong in what a file tells; without what it planted, but with what it planted and nobody found. */
  take(seen: Seen): string[] {
    if (seen.plants.includes("*")) this.#exempt.add(seen.file);
    if (!this.#exempt.has(seen.file)) return this.#judge(seen);
    if (seen.isLast) this.#exempt.delete(seen.file);
    return [];
  }

  #judge({ file, spans, logs, points, lines, plants, isLast }: Seen): string[] {
    for (const span of spans) this.check.span(span);
    for (const log of logs) this.check.log(log);
    for (const point of points) this.check.point(point);
    for (const line of lines) this.line(line);
    const { names, met } = this.#plantedBy(file);
    for (const name of plants) {
      names.add(name);
      this.#everPlanted.add(name);
    }
    const found = this.#found;
    this.#found = [];
    if (isLast) found.push(...this.#received.splice(0).filter(({ name }) => !this.#everPlanted.has(name)));
    for (const { name } of found) if (names.has(name)) met.add(name);
    const complaints = found.filter(({ name }) => !names.has(name)).map(findingText);
    const unmet = isLast ? [...names].filter((name) => !met.has(name)) : [];
    if (isLast) this.#planted.delete(file);
    return [
      ...new Set(complaints),
      ...unmet.map((name) => `${name} was planted, and the check has not found it`),
    ];
  }

  /**
   * An OTLP request as a collector got it; nobody knows from which file, so the next one that ends is told.
   * While an exempt file runs it may be of that one, and is not looked at.
   */
  received(body: unknown): void {
    if (this.#exempt.size > 0) return;
    checkOtlp(this.check, body);
    // A record that is not in the registry is not in its schema either, and has been found already.
    if (this.#found.length === 0) for (const record of recordsIn(body)) this.#otlpRecord(record);
    this.#received.push(...this.#found.splice(0));
  }

  /** A line of the console; only those that are meant to be records are held against the schema. */
  line(text: string): void {
    const record = parsed(text);
    if (record === undefined) return;
    this.lines++;
    const { valid, errors } = this.#schema.validate(record);
    if (valid) return;
    const why = errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join("; ");
    this.#found.push({
      kind: "log line",
      name: String(record.event),
      why: `${why} in ${text.slice(0, 400)}`,
    });
  }

  #otlpRecord(record: OtlpRecord): void {
    const { valid, errors } = this.#otlpSchema.validate(record);
    if (valid) return;
    const why = errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join("; ");
    this.#found.push({ kind: "log record", name: String(record.eventName), why });
  }

  summary(): string {
    const { spans, logs, points, rows } = this.check.checked;
    const declared = [registry.spans, registry.logEvents, registry.metrics].flatMap(Object.keys);
    const unseen = declared.filter((name) => !rows.has(name));
    return (
      `live check: ${spans} spans, ${logs} log records, ${points} points, ${this.lines} lines of JSON against the registry; ` +
      `${declared.length - unseen.length} of ${declared.length} rows were emitted, not: ${unseen.join(" ") || "none"}`
    );
  }

  #plantedBy(file: string) {
    const known = this.#planted.get(file) ?? { names: new Set<string>(), met: new Set<string>() };
    this.#planted.set(file, known);
    return known;
  }
}

type OtlpRecord = { readonly eventName?: unknown };
type OtlpLogs = {
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly OtlpRecord[] }[];
  }[];
};

const recordsIn = (body: unknown): OtlpRecord[] =>
  ((body as OtlpLogs).resourceLogs ?? []).flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords),
  );

function parsed(text: string): { readonly event?: unknown } | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(text);
    return "severity" in value || "timestamp" in value ? value : undefined;
  } catch {
    return undefined;
  }
}
