import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { quote } from "../../telemetry/derive/promql.ts";

/** The ways in which a rule is broken on purpose. */
export const operators = [
  "threshold up",
  "threshold down",
  "comparison turned",
  "edge moved",
  "comparison dropped",
  "window swapped",
  "and/or",
  "guard dropped",
  "zero-fill or memory dropped",
  "factor up",
  "factor down",
  "label dropped",
  "label changed",
  "for added",
  "for changed",
] as const;
export type Operator = (typeof operators)[number];

/** One change of an expression: the text between two offsets is replaced. */
export type Edit = {
  readonly operator: Operator;
  readonly from: number;
  readonly to: number;
  readonly text: string;
};

/**
 * Every single change of a PromQL expression that the operators know.
 *
 * @param windows  windows that rules of the same file use, shortest first, e.g. 5m 30m 1h
 * @param series  names that the file records: a window in a name is swapped for one that exists
 * @throws SyntaxError for what is no PromQL
 */
export function editsOf(
  expr: string,
  windows: readonly string[],
  series: ReadonlySet<string> = new Set(),
): Edit[] {
  const edits: Edit[] = [];
  const at = { expr, windows, series };
  parser.parse(expr).iterate({
    enter: ({ node }) => {
      if (node.type.isError) throw new SyntaxError(`no PromQL at ${node.from} in ${expr}`);
      for (const edit of kinds[node.name]?.(node, at) ?? []) edits.push(edit);
    },
  });
  return edits;
}

export const applied = (expr: string, { from, to, text }: Edit): string =>
  expr.slice(0, from) + text + expr.slice(to);

type At = {
  readonly expr: string;
  readonly windows: readonly string[];
  readonly series: ReadonlySet<string>;
};
const kinds: Readonly<Record<string, (node: SyntaxNode, at: At) => Edit[]>> = {
  BinaryExpr: binary,
  UnquotedLabelMatcher: matcher,
  GroupingLabels: grouping,
  NumberDurationLiteralInDurationContext: (node, at) =>
    neighbours(at.expr.slice(node.from, node.to), at.windows).map((text) => ({
      operator: "window swapped",
      from: node.from,
      to: node.to,
      text,
    })),
  Identifier: (node, at) => otherWindows(node, at),
};

const turned: Readonly<Record<string, string>> = {
  Gtr: "<",
  Gte: "<",
  Lss: ">",
  Lte: ">",
  EqlC: "!=",
  Neq: "==",
};
const moved: Readonly<Record<string, string>> = { Gtr: ">=", Gte: ">", Lss: "<=", Lte: "<" };
const swapped: Readonly<Record<string, string>> = { And: "or", Or: "and", Unless: "and" };
const dropped: Readonly<Record<string, Operator>> = {
  And: "guard dropped",
  Unless: "guard dropped",
  Or: "zero-fill or memory dropped",
};

function binary(node: SyntaxNode, { expr }: At): Edit[] {
  const left = node.firstChild as SyntaxNode;
  const right = node.lastChild as SyntaxNode;
  const sign = left.nextSibling as SyntaxNode;
  const replace = ({ from, to }: { from: number; to: number }, operator: Operator, text: string): Edit => ({
    operator,
    from,
    to,
    text,
  });
  const edits: Edit[] = [];
  const { name } = sign;
  if (turned[name]) {
    edits.push(replace(sign, "comparison turned", turned[name]));
    if (moved[name]) edits.push(replace(sign, "edge moved", moved[name]));
    edits.push(replace({ from: left.to, to: right.to }, "comparison dropped", ""));
    for (const side of [left, right])
      if (isNumber(side) && !isZero(side, expr)) {
        edits.push(replace(side, "threshold up", scaled(side, expr, 1)));
        edits.push(replace(side, "threshold down", scaled(side, expr, -1)));
      }
  } else if (swapped[name]) {
    edits.push(replace(sign, "and/or", swapped[name]));
    edits.push(replace({ from: left.to, to: right.to }, dropped[name] as Operator, ""));
    if (name === "And") edits.push(replace({ from: left.from, to: right.from }, "guard dropped", ""));
  } else
    for (const side of [left, right].filter(isNumber)) {
      const zero = isZero(side, expr);
      const number = Number(expr.slice(side.from, side.to));
      edits.push(replace(side, "factor up", zero ? "1" : String(number * 1.5)));
      if (!zero) edits.push(replace(side, "factor down", String(number / 1.5)));
    }
  return edits;
}

const isNumber = ({ name }: SyntaxNode) => name === "NumberDurationLiteral";
const isZero = ({ from, to }: SyntaxNode, expr: string) => Number(expr.slice(from, to)) === 0;

/** Counts move by one, ratios and seconds by a twentieth. */
function scaled({ from, to }: SyntaxNode, expr: string, side: 1 | -1): string {
  const number = Number(expr.slice(from, to));
  const step = Number.isInteger(number) && number <= 20 ? 1 : number / 20;
  return String(Number((number + side * step).toPrecision(12)));
}

const signs: Readonly<Record<string, string>> = { "=": "!=", "!=": "=", "=~": "!~", "!~": "=~" };

function matcher(node: SyntaxNode, { expr }: At): Edit[] {
  const sign = node.getChild("MatchOp") as SyntaxNode;
  const value = node.getChild("StringLiteral") as SyntaxNode;
  const comma = { from: node.from, to: node.to };
  if (expr[comma.to] === ",") comma.to++;
  else if (expr[comma.from - 1] === ",") comma.from--;
  return [
    { operator: "label dropped", ...comma, text: "" },
    {
      operator: "label changed",
      from: sign.from,
      to: sign.to,
      text: signs[expr.slice(sign.from, sign.to)] ?? "=",
    },
    { operator: "label changed", from: value.from, to: value.to, text: quote("elsewhere") },
  ];
}

/** One label less in `by`, `on` and `without`. */
function grouping(node: SyntaxNode, { expr }: At): Edit[] {
  const labels = node.getChildren("LabelName");
  return labels.map((left) => ({
    operator: "label dropped",
    from: node.from,
    to: node.to,
    text: `(${labels
      .filter((label) => label !== left)
      .map(({ from, to }) => expr.slice(from, to))
      .join(", ")})`,
  }));
}

const windowInName = /(?<=[a-z:])\d+[smhd]$/;

function otherWindows({ from, to }: SyntaxNode, { expr, windows, series }: At): Edit[] {
  const name = expr.slice(from, to);
  const window = windowInName.exec(name)?.[0];
  if (window === undefined) return [];
  return windows
    .filter((other) => other !== window)
    .map((other) => name.replace(windowInName, other))
    .filter((other) => series.has(other))
    .map((text) => ({ operator: "window swapped", from, to, text }));
}

/** The next shorter and the next longer window. */
function neighbours(window: string, windows: readonly string[]): string[] {
  const at = windows.indexOf(window);
  return [windows[at - 1], windows[at + 1]].filter((other) => other !== undefined);
}
