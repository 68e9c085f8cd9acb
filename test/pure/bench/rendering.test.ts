import { describe, expect, it } from "vitest";
import { goalsOf } from "../../../scripts/bench/goals.ts";
import { parseOptions } from "../../../scripts/bench/options.ts";
import { plotOverhead } from "../../../scripts/bench/plot.ts";
import { renderResults } from "../../../scripts/bench/render.ts";
import type { Measured } from "../../../scripts/bench/results.ts";

const round = (direct: number) => ({
  none: 40,
  direct: 40 + direct,
  shell: 100,
  stock: 340,
  "hono-otel": 360,
  sentry: 420,
});
const measured = (direct: number, bytes = 39_000): Measured => ({
  overhead: {
    rounds: {
      plain: [round(direct), round(direct), round(direct)],
      d1: [round(direct)],
      object: [round(direct)],
      "far-object": [],
    },
    missingSpans: { none: 0, direct: 0, shell: 0, stock: 2, "hono-otel": 0, sentry: 0 },
  },
  size: { direct: { bytes: 60_000, addedBytes: bytes, addedGzipBytes: 15_000, addedBytesBy: {} } },
  retained: { direct: { bytesPerRequest: { value: 5, low: 2, high: 8 }, points: [] } },
});
const verdictOf = (what: RegExp, of: Measured) => goalsOf(of).find((goal) => what.test(goal.what))?.verdict;

describe("the goals", () => {
  it("are reached at the limit and missed above it", () => {
    expect(verdictOf(/direct.*plain: CPU/, measured(16))).toBe("reached");
    expect(verdictOf(/direct.*plain: CPU/, measured(16.1))).toBe("missed");
    expect(verdictOf(/direct.*plain: added, as a share/, measured(18))).toBe("reached");
    expect(verdictOf(/direct.*plain: added, as a share/, measured(19))).toBe("missed");
    expect(verdictOf(/minified/, measured(16, 40_000))).toBe("reached");
    expect(verdictOf(/minified/, measured(16, 40_300))).toBe("missed");
  });
  it("say that an interval above zero is memory retained", () =>
    expect(verdictOf(/retained/, measured(16))).toBe("missed"));
  it("are not called reached when nothing was measured", () =>
    expect(new Set(goalsOf({}).map(({ verdict }) => verdict))).toEqual(new Set(["not measured"])));
});

describe("the page", () => {
  const page = renderResults({ measured: measured(16), circumstances: {} });
  it("shows cost, difference and ratio with their intervals", () =>
    expect(page).toContain("| `direct` | 56 (56 to 56) | 16 (16 to 16) | 0.053 (0.053 to 0.053) |"));
  it("names the spans that never arrived", () =>
    expect(page).toContain("Spans that never arrived: `stock` 2."));
  it("says what was not measured", () => expect(page).toMatch(/## Start-up\n\nNot measured yet\./));
  it("has tables whose rows have as many cells as their head", () => {
    const tables = page.split("\n\n").filter((part) => part.startsWith("| "));
    expect(tables.length).toBeGreaterThan(4);
    for (const rows of tables.map((table) => table.split("\n")))
      expect(new Set(rows.map((row) => row.split("|").length)).size).toBe(1);
  });
});

describe("the plot", () => {
  const svg = plotOverhead(measured(16));
  it("has a bar for each variant and route that was measured", () =>
    expect(svg.match(/<rect /g)).toHaveLength(15));
  it("draws lengths in proportion", () => {
    const widths = [...svg.matchAll(/<rect .*?width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect((widths[0] ?? 0) / (widths[2] ?? 1)).toBeCloseTo(16 / 300, 2);
  });
  it("can be read on light and dark", () => expect(svg).toContain("prefers-color-scheme: dark"));
});

describe("the flags", () => {
  const parse = (...args: string[]) => parseOptions(args, ["overhead", "size"]);
  it("mean everything when there are none", () =>
    expect(parse()).toMatchObject({ measurements: ["overhead", "size"], isWhole: true, rounds: 30 }));
  it("write nothing down for a short look or a part", () => {
    expect(parse("--quick").isWhole).toBe(false);
    expect(parse("--variants", "direct").isWhole).toBe(false);
  });
  it("always keep the floor that all are compared with", () =>
    expect(parse("--variants", "direct").variants.map(({ id }) => id)).toEqual(["none", "direct"]));
  const refused = {
    "an unknown measurement": [["speed"], /Unknown measurement "speed". There are: overhead, size/],
    "an unknown variant": [["--variants", "a"], /Unknown variant "a". There are: none, direct/],
    "an unknown flag": [["--fast"], /Unknown flag "--fast"/],
    "no rounds": [["--rounds", "0"], /--rounds takes a whole number/],
  } as const;
  for (const [what, [args, says]] of Object.entries(refused))
    it(`refuse ${what}`, () => expect(() => parse(...args)).toThrow(says));
});
