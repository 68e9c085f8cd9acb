import { describe, expect, it } from "vitest";
import { treeOf } from "../../../scripts/pictures/trace.ts";
import { traceSvg } from "../../../scripts/pictures/trace-svg.ts";

const span = (spanId: string, parentSpanId: string, name: string, from: number, to: number) => ({
  spanId,
  parentSpanId,
  name,
  kind: "SPAN_KIND_CLIENT",
  startTimeUnixNano: `${from}000000`,
  endTimeUnixNano: `${to}000000`,
});
const trace = {
  batches: [
    {
      scopeSpans: [
        { spans: [span("c", "a", "second <b>", 1030, 1040), span("b", "a", "first", 1010, 1020)] },
      ],
    },
    { scopeSpans: [{ spans: [{ ...span("a", "", "root", 1000, 1100), kind: 2, status: { code: 2 } }] }] },
  ],
};

describe("the picture of a trace", () => {
  it("reads a trace as a tree, whatever order its batches came in", () =>
    expect(treeOf(trace)).toEqual([
      { name: "root", kind: "server", depth: 0, startMs: 0, durationMs: 100, failed: true },
      { name: "first", kind: "client", depth: 1, startMs: 10, durationMs: 10, failed: false },
      { name: "second <b>", kind: "client", depth: 1, startMs: 30, durationMs: 10, failed: false },
    ]));
  it("keeps a span whose parent is missing", () =>
    expect(
      treeOf({ batches: [{ scopeSpans: [{ spans: [span("x", "gone", "orphan", 1, 2)] }] }] }),
    ).toHaveLength(1));
  it("draws every span once, with escaped names", () => {
    const svg = traceSvg([{ title: "t", spans: treeOf(trace) }]);
    expect(svg.match(/ ms<\/text>/g)).toHaveLength(3);
    expect(svg).toContain("second &lt;b&gt;");
  });
});
