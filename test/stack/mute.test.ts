import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Alert,
  type Alerting,
  environmentOf,
  firing,
  type Labels,
  pages,
  root,
  rules,
  seen,
  startAlerting,
  telling,
} from "./own-alertmanager.ts";

const run = promisify(execFile);
let alerting: Alerting;
beforeAll(async () => {
  alerting = await startAlerting();
});

const muteAt = (address: string, ...args: string[]) =>
  run(process.execPath, [join(root, "scripts/mute.ts"), "--alertmanager", address, ...args]).then(
    ({ stdout }) => stdout,
    (error: { stderr: string; code: number }) => `${error.code} ${error.stderr}`,
  );
const mute = (...args: string[]) => muteAt(alerting.url, ...args);
const ask = async <T>(path: string) => (await (await fetch(`${alerting.url}${path}`)).json()) as T;

describe("a deploy mute", () => {
  it("holds back tickets, lets every page through, and ends by command", async () => {
    const { send, events, slack } = alerting;
    expect(await mute("--for", "10m", "--why", "deploy 1.2.3", "--by", "Ada")).toMatch(
      /^Tickets of all environments are muted until .* by Ada: deploy 1\.2\.3/,
    );
    expect(await mute("--list")).toContain("by Ada: deploy 1.2.3");
    const d1Errors: Alert = {
      labels: {
        ...{ alertname: "D1Errors", severity: "ticket", owner: "platform" },
        ...{ service: "frontdesk", ...environmentOf("production") },
      },
      annotations: { summary: "D1 fails", impact: "Slow", runbook: "x.md", dashboard: "/d/x" },
      generatorURL: "http://prometheus.example/graph",
    };
    await send([...rules.map((rule) => firing(rule, "production")), d1Errors]);
    expect(await seen(() => telling(events("production"), pages.length))).not.toEqual([]);
    const found = await ask<{ labels: Labels; status: { silencedBy: string[] } }[]>("/api/v2/alerts");
    expect(found).toHaveLength(rules.length + 1);
    for (const { labels, status } of found)
      expect(status.silencedBy.length > 0, labels.alertname).toBe(labels.severity === "ticket");
    expect(slack("platform", "D1Errors")).toEqual([]);
    expect(await mute("--end")).toContain("Ended: Tickets of all environments");
    expect(await mute("--list")).toContain("No mute holds now.");
    expect(await seen(() => slack("platform", "D1Errors"))).not.toEqual([]);
  });

  it("is known to Alertmanager with its end, half an hour away at most, and of one environment only", async () => {
    const before = Date.now();
    await mute("--for", "30m", "--why", "x", "--by", "Ada", "--environment", "staging");
    const silences =
      await ask<{ status: { state: string }; endsAt: string; createdBy: string }[]>("/api/v2/silences");
    const [active, ...others] = silences.filter(({ status }) => status.state === "active");
    expect(others).toEqual([]);
    expect(active?.createdBy).toBe("Ada");
    expect(Date.parse(active?.endsAt ?? "")).toBeGreaterThanOrEqual(before + 1_800_000);
    expect(Date.parse(active?.endsAt ?? "")).toBeLessThanOrEqual(Date.now() + 1_800_000);
    expect(await mute("--end", "--environment", "production")).toContain("No mute holds now.");
    expect(await mute("--end", "--environment", "staging")).toContain("Ended: Tickets of staging");
  });

  it("says in one line that nobody answers, or that it is no Alertmanager", async () => {
    expect(await muteAt("http://127.0.0.1:9", "--list")).toMatch(
      /^3 BROKEN: Alertmanager does not answer at [^\n]+\n$/,
    );
    expect(await muteAt(`${alerting.url}/nowhere`, "--list")).toMatch(
      /^3 BROKEN: [^\n]+ answered 404 [^\n]+\n$/,
    );
  });
});
