import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Schema, Validator } from "@cfworker/json-schema";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { allAlerts } from "../../alerts/alerts.ts";
import { receiverNames } from "../../alerts/routing/tree.ts";
import { ensureTool } from "../../scripts/stack/build.ts";
import { pagerDutyEvent, slackMessage } from "../support/vendors/shapes.ts";
import {
  type Alert,
  type Alerting,
  ended,
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
import { poll } from "./stores/poll.ts";

const run = promisify(execFile);
const files = ["alertmanager.yaml", "alertmanager.production.yaml"];
let alerting: Alerting;
let amtool: string;

beforeAll(async () => {
  amtool = (await ensureTool("alertmanager")).binaries.amtool ?? "";
  alerting = await startAlerting();
});

const shapeErrors = (schema: Schema, value: unknown) => new Validator(schema).validate(value).errors;

describe("the routing tree", () => {
  const receiverOf = async (file: string, labels: Labels): Promise<string> => {
    const list = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
    const config = `--config.file=${join(root, "telemetry/stack", file)}`;
    return (await run(amtool, ["config", "routes", "test", config, ...list])).stdout.trim();
  };
  const expected: readonly [labels: Labels, receiver: string][] = [
    [{ severity: "page", owner: "platform", ...environmentOf("production") }, "oncall"],
    [{ severity: "page", owner: "bookings", ...environmentOf("production") }, "oncall"],
    [{ severity: "page", owner: "platform", ...environmentOf("any environment") }, "oncall"],
    [{ severity: "page", owner: "platform", ...environmentOf("staging") }, "staging"],
    [{ severity: "ticket", owner: "platform", ...environmentOf("production") }, "tickets-platform"],
    [{ severity: "ticket", owner: "bookings", ...environmentOf("staging") }, "tickets-bookings"],
    [{ severity: "watchdog", owner: "platform" }, "watchdog"],
    [{ severity: "critical", owner: "nobody" }, "tickets-platform"],
  ];

  it.each(files)("of %s leads every severity and owner to the receiver that is meant", async (file) => {
    for (const [labels, receiver] of expected) expect(await receiverOf(file, labels)).toBe(receiver);
    expect(new Set(expected.map(([, receiver]) => receiver))).toEqual(new Set(receiverNames));
  });

  it("leads every alert that exists to the receiver of its severity and owner", async () => {
    const kinds = Map.groupBy(rules, ({ labels }) => `${labels.severity} ${labels.owner}`);
    for (const [kind, [rule]] of kinds) {
      const [severity, owner] = kind.split(" ");
      const receiver = { page: "oncall", watchdog: "watchdog" }[severity ?? ""] ?? `tickets-${owner}`;
      expect(await receiverOf("alertmanager.production.yaml", rule?.labels ?? {})).toBe(receiver);
    }
  });

  it("is the same in both configurations, and so is what is held back", () => {
    const [local, production] = files.map((file) => {
      const text = readFileSync(join(root, "telemetry/stack", file), "utf8");
      const { route, inhibit_rules } = parse(text) as Record<string, unknown>;
      return { route, inhibit_rules };
    });
    expect(local).toEqual(production);
  });
});

/** Names of the alerts of an environment that another one holds back. */
async function heldBack(environment: string): Promise<string[]> {
  const found = (await (await fetch(`${alerting.url}/api/v2/alerts`)).json()) as {
    labels: Labels;
    status: { inhibitedBy: string[] };
  }[];
  return found.flatMap(({ labels, status }) =>
    status.inhibitedBy.length > 0 && labels.deployment_environment_name === environment
      ? [labels.alertname ?? ""]
      : [],
  );
}

describe("a full outage of production", () => {
  let inhibited: readonly string[];

  it("is one incident at PagerDuty, paged at once, whoever owns the parts", async () => {
    const { send, events, vendors } = alerting;
    const alerts = rules
      .filter(({ labels }) => labels.severity !== "watchdog")
      .map((rule) => firing(rule, "production"));
    // As it comes: the ticket of the fast windows first, then one page, then all.
    const began = Date.now();
    await send(alerts.filter(({ labels }) => labels.tier === "ticket-fast"));
    await send(alerts.filter(({ labels }) => labels.severity === "page").slice(0, 1));
    await seen(() => events("production"));
    expect(vendors.received.find(({ path }) => path === "/v2/enqueue")?.at).toBeLessThan(began + 2_000);
    await send(alerts);
    const [whole] = await seen(() => telling(events("production"), pages.length));
    expect(new Set(pages.map(({ labels }) => labels.owner)).size).toBeGreaterThan(1);
    for (const { alert, annotations } of pages.map((rule) => ({ ...rule, ...firing(rule, "production") }))) {
      expect(JSON.stringify(whole)).toContain(`${alert} is owned by`);
      expect(whole?.payload.custom_details.impact).toContain(`* ${annotations.impact}\n`);
      expect(whole?.payload.custom_details.summary).toContain(`* ${annotations.summary}\n`);
    }
    // By now tickets have waited for long enough.
    await sleep(1_500);
    inhibited = await heldBack("production");
    await send(ended(alerts));
    await seen(() => events("production").filter(({ event_action }) => event_action === "resolve"));
    const told = events("production");
    expect(told.map(({ event_action }) => event_action).toSorted()).toEqual([
      "resolve",
      ...told.slice(1).map(() => "trigger"),
    ]);
    expect(new Set(told.map(({ dedup_key }) => dedup_key)).size).toBe(1);
    for (const event of told) expect(shapeErrors(pagerDutyEvent, event)).toEqual([]);
  });

  it("says where to look and what is left, at absolute addresses", () => {
    const [event] = alerting.events("production");
    expect(event?.links.map(({ text }) => text)).toEqual(["Runbook", "Dashboard", "Traces"]);
    for (const { href } of event?.links ?? []) expect(new URL(href).protocol).toBe("https:");
    expect(event?.links[0]?.href).toMatch(/\/alerts\/runbooks\/\w+\.md$/);
    expect(event?.links[1]?.href).toMatch(/\/d\/frontdesk-[\w-]+\?var-environment=production$/);
    const panes = new URL(event?.links[2]?.href ?? "").searchParams.get("panes") ?? "";
    const { traces } = JSON.parse(panes) as { traces: { queries: { query: string }[] } };
    expect(traces.queries[0]?.query).toContain("{ span.frontdesk.sli = true && ");
    expect(event?.payload.custom_details.budget_left).toContain("* api-availability: 12 %\n");
  });

  it("is told in the channel of incidents too, in a shape that Slack takes", () => {
    const messages = alerting.slack("incidents", "ApiAvailabilityBurn");
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(shapeErrors(slackMessage, message)).toEqual([]);
    expect(JSON.stringify(messages)).toMatch(/Impact: .*Budget left: .*\|Runbook>.*\|Dashboard>.*\|Traces>/);
  });

  it("held back the tickets of promises that paged, and of what follows from others, and no page", () => {
    const paged = new Set(pages.flatMap(({ labels }) => labels.slo ?? []));
    const following = new Set(allAlerts.flatMap(({ alert, follows }) => (follows ? [alert] : [])));
    const held = rules.filter(
      ({ alert, labels }) =>
        labels.severity === "ticket" && (paged.has(labels.slo ?? "") || following.has(alert)),
    );
    expect(held.length).toBeGreaterThan(0);
    expect(inhibited.toSorted()).toEqual(held.map(({ alert }) => alert).toSorted());
    for (const { alert, labels } of held)
      expect(alerting.slack(labels.owner ?? "", alert, "in production")).toEqual([]);
  });
});

describe("an incident of which a part is over", () => {
  it("leads to what still fires", async () => {
    const { send, events } = alerting;
    const [over, open] = ["ApiAvailabilityBurn", "DeepHealthBurn"].map((name) => {
      const rule = pages.find(({ alert }) => alert === name);
      if (!rule) throw new Error(`no page ${name}`);
      return firing(rule, "elsewhere");
    }) as [Alert, Alert];
    await send([over, open]);
    const [both] = await seen(() => telling(events("elsewhere"), 2));
    expect(both?.links[0]?.href).toMatch(/ApiAvailabilityBurn\.md$/);
    await send(ended([over]));
    const [rest] = await seen(() =>
      telling(events("elsewhere"), 1).filter(({ payload }) => Number(payload.custom_details.resolved) === 1),
    );
    expect(rest?.payload.summary).toBe(open.annotations.summary);
    expect(rest?.payload.class).toBe("DeepHealthBurn");
    expect(rest?.links[0]?.href).toMatch(/DeepHealthBurn\.md$/);
  });
});

describe("what holds a ticket back", () => {
  // Where, what fires there (a promise by its tier), and what of it is held back.
  const cases: readonly [environment: string, fires: readonly string[], held: readonly string[]][] = [
    [
      "with causes of something else",
      [
        "CertificateExpiring",
        "DeadLetters",
        "ExporterDrops",
        "SeriesOverflow",
        "ErrorRateHigh",
        "LatencyHigh",
      ],
      [],
    ],
    ["with a promise that only opened a ticket", ["ApiAvailabilityBurn ticket-slow", "ErrorRateHigh"], []],
    [
      "with a page of a promise",
      ["ApiAvailabilityBurn page-fast", "ErrorRateHigh", "LatencyHigh"],
      ["ErrorRateHigh"],
    ],
    ["with its cause", ["DatabaseSlow", "ErrorRateHigh", "LatencyHigh"], ["LatencyHigh"]],
    ["where nothing is heard", ["TelemetrySilent", "CronMissed", "ProbeFailing"], ["CronMissed"]],
  ];
  it("is what it follows from, and nothing else", async () => {
    const named = (name: string) =>
      rules.filter(({ alert, labels }) => `${alert} ${labels.tier ?? ""}`.trim() === name);
    const alerts = cases.flatMap(([environment, fires]) =>
      fires.flatMap((name) => named(name).map((rule) => firing(rule, environment))),
    );
    expect(alerts).toHaveLength(cases.flatMap(([, fires]) => fires).length);
    await alerting.send(alerts);
    const all = () => Promise.all(cases.map(async ([where]) => (await heldBack(where)).toSorted()));
    const expected = cases.map(([, , held]) => held);
    expect(await poll(all, (found) => found.flat().length >= expected.flat().length, 10_000)).toEqual(
      expected,
    );
  });
});

describe("a ticket", () => {
  it("of a place where nothing else fires arrives by Slack and by mail, with all its links", async () => {
    const rule = rules.find(({ labels }) => labels.tier === "ticket-fast" && labels.owner === "bookings");
    if (!rule) throw new Error("no such ticket");
    await alerting.send([firing(rule, "local")]);
    const [message] = await seen(() => alerting.slack("bookings", rule.alert));
    expect(shapeErrors(slackMessage, message)).toEqual([]);
    const [mail] = await seen(() => alerting.vendors.mails.filter((text) => text.includes(rule.alert)));
    const decoded = (mail ?? "")
      .replace(/=\n/g, "")
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    for (const words of [
      "To: bookings@frontdesk.example",
      rule.annotations.impact ?? "?",
      "Budget left: 12 %",
      "Runbook: https://",
      "Traces: https://",
      '<a href="https://',
    ])
      expect(decoded).toContain(words);
    expect(alerting.events("local")).toEqual([]);
  });
});

describe("the watchdog", () => {
  it("reaches the service outside whose address is in a file", async () => {
    const signs = () => alerting.vendors.received.filter(({ path }) => path === "/watchdog-url");
    expect(signs()).toEqual([]);
    await alerting.send(
      rules.filter(({ labels }) => labels.severity === "watchdog").map((rule) => firing(rule, "production")),
    );
    expect(await seen(signs)).toHaveLength(1);
  });
});
