import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { RuleGroup } from "../../../alerts/rule.ts";
import { generatedFiles } from "../../../scripts/generate/files.ts";
import { type Slo, slos } from "../../../telemetry/slo.ts";
import { madeUp } from "../../support/slo/made-up.ts";

const root = resolve(import.meta.dirname, "../../..");
const before = generatedFiles();
const after = generatedFiles({ ...slos, ...madeUp });

describe.each(Object.entries<Slo>(madeUp))("%s: one entry brings", (id, { runbook }) => {
  const alert = runbook.replace(/^.*\/|\.md$/g, "");
  it("its rules, and alerts for all four window pairs that lead to its page", () => {
    const { groups } = parse(after[`alerts/generated/${id}.rules.yaml`] ?? "") as { groups: RuleGroup[] };
    const alerts = groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));
    expect(alerts.map((rule) => rule.labels.tier)).toEqual([
      "page-fast",
      "page-slow",
      "ticket-fast",
      "ticket-slow",
    ]);
    expect(new Set(alerts.map((rule) => `${rule.alert} ${rule.annotations.runbook}`))).toEqual(
      new Set([`${alert} ${runbook}`]),
    );
    expect(groups.flatMap(({ rules }) => rules).length - alerts.length).toBe(12);
  });
  it("its promtool tests, for pages and tickets", () => {
    for (const severity of ["page", "ticket"]) {
      const text = after[`alerts/generated/${id}.${severity}.test.yaml`] ?? "";
      const { tests } = parse(text) as { tests: { name: string; input_series: unknown[] }[] };
      expect(tests.map(({ name }) => name)).toContain(`just over the threshold of ${severity}-fast`);
      expect(tests.every(({ input_series }) => input_series.length > 0)).toBe(true);
    }
  });
  it("its OpenSLO documents", () => {
    const documents = parseAllDocuments(after["alerts/generated/openslo.yaml"] ?? "").map((one) =>
      one.toJS(),
    );
    const own = documents.filter(({ metadata }) => metadata.name.startsWith(id));
    expect(own.map(({ kind }) => kind).sort()).toEqual([...Array(4).fill("AlertPolicy"), "SLO"]);
  });
  it("its rows in the list of alerts and in the reference", () => {
    expect(after["alerts/runbooks/INDEX.md"]).toContain(
      `| [${alert}](${alert}.md) | page, ticket | nobody |`,
    );
    expect(after["telemetry/REFERENCE.md"]).toContain(`| \`${id}\` | 99.5%`);
  });
});

it("becomes a threshold of k6 where a client can judge it", () => {
  const { promises } = JSON.parse(after["load/generated/thresholds.json"] ?? "") as {
    promises: { id: string; thresholds: object; good: unknown }[];
  };
  const mine = promises.filter(({ id }) => id in madeUp);
  expect(mine.map(({ id, good }) => [id, good])).toEqual([["made-up-edge", { withinMs: 250 }]]);
  expect(mine[0]?.thresholds).toEqual({
    slo_made_up_edge: ["rate>=0.995"],
    slo_made_up_edge_valid: ["count>0"],
  });
});

it("changes nothing of the other promises, and no file but those of all promises", () => {
  const shared = Object.keys(before).filter((path) => before[path] !== after[path]);
  expect(shared.sort()).toEqual([
    "alerts/generated/honeycomb-boards.tf.json",
    "alerts/generated/honeycomb.tf.json",
    "alerts/generated/openslo.yaml",
    "alerts/runbooks/INDEX.md",
    "load/generated/thresholds.json",
    "telemetry/REFERENCE.md",
  ]);
  for (const path of shared)
    if (!path.endsWith(".json"))
      for (const line of before[path]?.split("\n") ?? []) expect(after[path]).toContain(line);
});

it("wants nothing by hand but its page, and has no page yet", () => {
  for (const { runbook } of Object.values(madeUp)) expect(existsSync(resolve(root, runbook))).toBe(false);
  for (const { runbook } of Object.values<Slo>(slos)) expect(existsSync(resolve(root, runbook))).toBe(true);
});
