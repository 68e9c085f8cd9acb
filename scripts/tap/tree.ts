import type { Paint } from "../stack/screen.ts";
import type { AssembledTrace } from "./assemble.ts";
import type { TapSpan } from "./otlp-json.ts";

/**
 * Draws a trace as a tree, one line for each span: name, duration, what came out.
 *
 * @param nameOf  root of another trace, for links
 */
export function traceTree(
  trace: AssembledTrace,
  paint: Paint,
  nameOf: (traceId: string) => string | undefined,
): string[] {
  const children = byParent(trace.spans);
  const lines = (children.get("") ?? []).flatMap((root, index) => [
    index === 0 ? firstLine(trace, root, paint) : line(root, paint),
    ...linksOf(root, paint, nameOf),
    ...branches(root, "", children, paint, nameOf),
  ]);
  return trace.left > 0 ? [...lines, paint.dim(`   … and ${trace.left} more spans`)] : lines;
}

/** Roots are filed under "": spans without a parent, or with one that is not here. */
function byParent(spans: readonly TapSpan[]): Map<string, TapSpan[]> {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const ordered = [...spans].sort((a, b) => a.startMs - b.startMs || b.endMs - a.endMs);
  return Map.groupBy(ordered, ({ parentId, spanId }) =>
    ids.has(parentId) && parentId !== spanId ? parentId : "",
  );
}

type Children = ReadonlyMap<string, readonly TapSpan[]>;
type NameOf = (traceId: string) => string | undefined;

function branches(span: TapSpan, indent: string, children: Children, paint: Paint, nameOf: NameOf): string[] {
  const below = children.get(span.spanId) ?? [];
  return below.flatMap((child, index) => {
    const isLast = index === below.length - 1;
    const deeper = `${indent}${isLast ? "   " : "│  "}`;
    return [
      `${paint.dim(`${indent}${isLast ? "└─" : "├─"}`)} ${line(child, paint)}`,
      ...linksOf(child, paint, nameOf).map((text) => `${paint.dim(deeper)}${text}`),
      ...branches(child, deeper, children, paint, nameOf),
    ];
  });
}

/** With the whole id, to be pasted into a search. Times are UTC, like all that is stored. */
function firstLine({ traceId, laterThan }: AssembledTrace, root: TapSpan, paint: Paint): string {
  const time = new Date(root.startMs).toISOString().slice(11, 19);
  const later = laterThan === undefined ? "" : `later, after ${laterThan}: `;
  return `${paint.dim(time)} ${later}${line(root, paint)}  ${paint.dim(traceId)}`;
}

function line(span: TapSpan, paint: Paint): string {
  const kind = span.kind === "internal" ? "" : ` ${paint.dim(kindNames[span.kind])}`;
  const name = span.parentId === "" || span.kind === "server" ? paint.bold(span.name) : span.name;
  return [name + kind, paint.cyan(duration(span)), ...outcome(span, paint)].join("  ");
}

const kindNames = { server: "server", client: "client", producer: "producer", consumer: "consumer" } as const;

function duration({ startMs, endMs }: TapSpan): string {
  const ms = Math.max(0, endMs - startMs);
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Number(ms.toFixed(ms < 10 ? 1 : 0))} ms`;
}

function outcome({ attributes, isError, statusMessage }: TapSpan, paint: Paint): string[] {
  const status = attributes.get("http.response.status_code");
  const reason = attributes.get("error.type") ?? attributes.get("frontdesk.problem.code");
  const why = reason ?? (isError ? statusMessage || "error" : undefined);
  const tint = isError ? paint.red : why === undefined ? paint.green : paint.yellow;
  const good = [status, attributes.get("frontdesk.outcome")].filter((text) => text !== undefined);
  return [...good, ...(why === undefined ? [] : [`${isError ? "✗ " : ""}${why}`])].map(tint);
}

function linksOf(span: TapSpan, paint: Paint, nameOf: NameOf): string[] {
  const traceIds = new Set(span.links.map(({ traceId }) => traceId));
  traceIds.delete(span.traceId);
  return [...traceIds].map((id) => paint.dim(`   ↳ comes from ${nameOf(id) ?? "trace"} ${id.slice(0, 8)}`));
}
