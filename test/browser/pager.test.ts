import { beforeAll, describe, expect, inject, it } from "vitest";
import { poll } from "../stack/stores/poll.ts";
import { chromiumPath, visit } from "./chromium.ts";
import { served } from "./served.ts";

const { urls, ports } = inject("frontdesk");
served(ports.console);
const { page } = visit(() => urls.pager.replace("127.0.0.1", "localhost"));
const labels = {
  ...{ alertname: "ApiAvailabilityBurn", severity: "page", tier: "page-fast", slo: "api-availability" },
  ...{ service: "frontdesk", owner: "platform", deployment_environment_name: "browser-test" },
};
const alert = {
  labels,
  annotations: {
    summary: "The API answers 5xx, 14 times faster than its budget allows.",
    impact: "Staff and guests see errors.",
    runbook: "alerts/runbooks/ApiAvailabilityBurn.md",
    dashboard: "/d/frontdesk-api-overview",
    traces: "{ span.frontdesk.sli = true }",
    budget: "12% of 30d",
  },
  generatorURL: "http://127.0.0.1:9090/graph",
};
type Messages = { messages: { kind: string }[] };

/** The real Alertmanager of the stack, with its own configuration and templates, tells the pager. */
beforeAll(async () => {
  if (!chromiumPath) return;
  const send = await fetch(`${urls.alertmanager}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([{ ...alert, endsAt: new Date(Date.now() + 600_000).toISOString() }]),
  });
  expect(send.status).toBe(200);
  const kinds = async () =>
    ((await (await fetch(`${urls.pager}/api/messages`)).json()) as Messages).messages.map(({ kind }) => kind);
  const told = await poll(kinds, (found) => found.includes("incident") && found.includes("chat"), 30_000);
  expect(told).toEqual(expect.arrayContaining(["incident", "chat"]));
});

describe("The pager's page", () => {
  it("shows the incident and the message as people got them, written by Alertmanager's own templates", async () => {
    await page().goto("/");
    const incident = page().getByRole("article").filter({ hasText: "frontdesk browser-test" }).first();
    await incident.getByRole("heading", { name: alert.annotations.summary }).waitFor();
    await incident.getByText("Triggered").waitFor();
    await incident.getByText("Details").click();
    await incident.getByText("ApiAvailabilityBurn is owned by platform").waitFor();
    const chat = page().getByRole("article").filter({ hasText: "in #incidents" }).first();
    await chat.getByText("Budget left: 12% of 30d").waitFor();
  });

  it("leads on to the console from every link of a message", async () => {
    await page().goto("/");
    const links = await page()
      .getByRole("region", { name: "As people got it" })
      .getByRole("link")
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    const places = { "/d/": /overview/i, "/explore": "Traces", "/alerts/": "Runbook: ApiAvailabilityBurn" };
    for (const [part, name] of Object.entries(places)) {
      const link =
        links.find((one) => one.includes(`/to${part}`) && one.includes("127.0.0.1")) ?? `no ${part}`;
      await page().goto(link);
      await page().getByRole("heading", { level: 1, name }).waitFor();
      expect(new URL(page().url()).port).toBe(String(ports.console));
    }
  });
});
