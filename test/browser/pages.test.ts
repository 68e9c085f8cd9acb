import { beforeAll, describe, expect, inject, it } from "vitest";
import { chromiumPath, visit } from "./chromium.ts";
import { prometheusWhere } from "./firing.ts";
import { type Dashboard, drawn, wronglyEmpty } from "./panels.ts";
import { served } from "./served.ts";
import { makeTraffic, type Traffic } from "./traffic.ts";

const { origin, at } = served();
let traffic: Traffic;
beforeAll(async () => {
  if (chromiumPath) traffic = await makeTraffic();
});
const { page } = visit(origin);
const { urls } = inject("frontdesk");

const heading = (name: string | RegExp) => page().getByRole("heading", { level: 1, name });
type Listed = { readonly dashboards: readonly { readonly uid: string; readonly title: string }[] };
const dashboards = async (): Promise<Listed["dashboards"]> =>
  ((await (await fetch(`${origin()}/content/dashboards`)).json()) as Listed).dashboards;

describe("The first page", () => {
  it("says how it is now, with numbers, and leads to each dashboard", async () => {
    await page().goto("/");
    await heading("Frontdesk now").waitFor();
    for (const name of [
      "Alerts",
      "Least error budget left",
      "Requests, last 5 min",
      "99 of 100 are faster than",
    ])
      await page().getByRole("main").getByRole("link", { name, exact: true }).waitFor();
    await page()
      .getByText(/rules watch/)
      .waitFor();
    await page()
      .getByText(/^[\d.]+ \/s$/)
      .waitFor();
    const all = await dashboards();
    expect(all.length).toBeGreaterThan(0);
    for (const { title } of all) await page().getByRole("link", { name: title, exact: true }).waitFor();
    await page()
      .getByRole("link", { name: all[0]?.title ?? "", exact: true })
      .click();
    await heading(all[0]?.title ?? "").waitFor();
    expect(page().url()).toContain("/d/");
  });
});

describe("A dashboard", () => {
  it("is drawn soon, opened by its address in a browser that never saw it", async () => {
    const overview = (await dashboards()).find(({ uid }) => /overview/.test(uid));
    const began = Date.now();
    await page().goto(`/d/${overview?.uid}`);
    await page().locator("main canvas").first().waitFor();
    expect(await drawn(page())).toBeGreaterThan(3);
    const seconds = (Date.now() - began) / 1_000;
    console.log(`The first dashboard was drawn after ${seconds.toFixed(1)} s.`);
    // 4 s on two free cores, 12 s on two that others want, too: this finds what waits for a timeout.
    expect(seconds).toBeLessThan(30);
  });

  it("shows in each panel what Prometheus knows, in every dashboard", async () => {
    const wrong: string[] = [];
    // All panels in view: those below it are drawn when they are scrolled to.
    await page().setViewportSize({ width: 1440, height: 6_000 });
    for (const { uid, title } of await dashboards()) {
      const resource = (await (await fetch(`${origin()}/content/dashboards/${uid}`)).json()) as Dashboard;
      await page().goto(`/d/${uid}`);
      await heading(title).waitFor();
      expect([uid, await drawn(page())]).toEqual([uid, Object.keys(resource.spec.panels).length]);
      wrong.push(
        ...(await wronglyEmpty(page(), resource, urls.prometheus)).map((panel) => `${uid}: ${panel}`),
      );
    }
    expect(wrong).toEqual([]);
  });

  it("keeps the time range and its variables in the address", async () => {
    const [first] = await dashboards();
    await page().goto(`/d/${first?.uid}?start=15m&refresh=0s&var-environment=local`);
    await drawn(page());
    await page()
      .getByRole("button", { name: /zoom out/i })
      .click();
    await page().waitForURL(({ search }) => /[?&]start=\d{13}/.test(search) && /[?&]end=\d{13}/.test(search));
    const address = page().url();
    expect(address).toContain("var-environment=local");
    await page().reload();
    await drawn(page());
    expect(page().url()).toBe(address);
  });
});

describe("Panels of traces and of log records", () => {
  it("list those of the environments and the time that are shown, and lead on to them", async () => {
    // Rows below the view are not there until they are scrolled to.
    await page().setViewportSize({ width: 1440, height: 2_000 });
    await page().goto("/d/frontdesk-bookings?var-environment=local");
    const refused = page()
      .locator("main section.MuiCard-root")
      .filter({ hasText: "Bookings refused or failed" });
    await refused.getByText("POST /v1/bookings").first().waitFor();
    const panel = page().locator("main section.MuiCard-root").filter({ hasText: "Calendars repaired" });
    await panel.getByText(traffic.said).waitFor();
    await panel.hover();
    await panel.getByRole("link", { name: "Search these records" }).click();
    await heading("Logs").waitFor();
    await page().getByText(traffic.said).waitFor();
    const { searchParams } = new URL(page().url());
    expect(searchParams.get("q")).toContain('~"local"');
    expect(Number(searchParams.get("end")) - Number(searchParams.get("start"))).toBe(3_600_000);
  });
});

describe("The trace search", () => {
  it("writes TraceQL from its fields, finds the trace, and opens it with spans and logs", async () => {
    await page().goto("/traces");
    await page().getByLabel("Route").fill("/v1/bookings");
    await page().getByLabel("Outcome").selectOption("refused");
    await page().getByLabel("Longer than (ms)").fill("0.1");
    await expect
      .poll(() => page().getByLabel("TraceQL").inputValue())
      .toContain('span.http.route = "/v1/bookings"');
    expect(page().url()).toContain("outcome=refused");
    await page().getByRole("link", { name: "POST /v1/bookings" }).first().click();
    await heading("POST /v1/bookings").waitFor();
    await page().getByRole("region", { name: "Logs" }).getByRole("listitem").first().waitFor();
    await page().getByText("RoomCalendar", { exact: false }).first().waitFor();
  });

  it("asks one's own TraceQL, and says so when nothing fits", async () => {
    await page().goto("/traces");
    await page().getByLabel("TraceQL").fill('{ span.http.route = "/nowhere" }');
    await page().keyboard.press("Enter");
    await page().getByText("No trace in this time fits").waitFor();
    expect(new URL(page().url()).searchParams.get("q")).toBe('{ span.http.route = "/nowhere" }');
  });
});

describe("The page of one request", () => {
  it("is reached by typing the id that the answer carried, and shows trace, logs and events", async () => {
    await page().goto("/requests");
    await page().getByLabel("Request id, trace id or traceparent").fill(traffic.booked);
    await page().getByRole("button", { name: "Show it" }).click();
    await heading(`Request ${traffic.booked}`).waitFor();
    const spans = page().getByRole("region", { name: "Spans" }).locator("[data-item-index]");
    await spans.getByText("POST /v1/bookings").first().waitFor();
    await page()
      .getByRole("region", { name: "Events" })
      .getByRole("link", { name: "booking.created" })
      .first()
      .click();
    await page().waitForURL(/\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}/);
    await heading(/./).waitFor();
  });

  it("shows why a request was refused", async () => {
    await page().goto(`/requests/${traffic.refused}`);
    await page().getByText("409", { exact: true }).first().waitFor();
    const logs = page().getByRole("region", { name: "Logs" });
    await logs.getByRole("listitem").first().waitFor();
  });

  it("says what to do about an id that nothing carries", async () => {
    await page().goto("/requests/req_nothing");
    await page()
      .getByText(/No trace of the last week carries/)
      .waitFor();
  });
});

describe("The promises", () => {
  it("are those of the table, with the budgets that `npm run budget` reads", async () => {
    await page().goto("/slo");
    const { budgets } = (await (await fetch(`${origin()}/content/budgets`)).json()) as {
      budgets: { title: string }[];
    };
    expect(budgets.length).toBeGreaterThan(3);
    for (const { title } of budgets)
      await page().getByRole("region", { name: title, exact: true }).first().waitFor();
    await page().getByText("burn 1h").first().waitFor();
  });
});

describe("Alerts", () => {
  it("list every rule with its runbook, and a runbook leads to what it asks", async () => {
    await page().goto("/alerts");
    await page()
      .getByRole("heading", { name: /^All \d+ rules that watch$/ })
      .waitFor();
    await page().getByRole("link", { name: "ApiAvailabilityBurn", exact: true }).first().click();
    await heading("Runbook: ApiAvailabilityBurn").waitFor();
    await page().getByRole("link", { name: "Find the traces" }).click();
    await heading("Traces").waitFor();
    expect(new URL(page().url()).searchParams.get("q")).toContain("span.frontdesk.sli = true");
    await page().goBack();
    await page().getByRole("link", { name: "Find the records" }).click();
    await heading("Logs").waitFor();
    await page().goBack();
    await page().getByRole("link", { name: "Draw it" }).first().click();
    await heading("Metrics").waitFor();
  });

  it("that fire stand first, with summary, links and the runbook unfolded", async () => {
    const other = await at({ prometheus: await prometheusWhere("ApiAvailabilityBurn") });
    await page().goto(`${other}/alerts`);
    const alert = page().getByRole("region", { name: "ApiAvailabilityBurn", exact: true });
    await alert.getByRole("heading", { name: "Mitigate" }).waitFor();
    expect(
      await page()
        .getByRole("link", { name: /^Alerts\s*1\s+firing$/ })
        .count(),
    ).toBe(1);
    await alert.getByRole("link", { name: "Bad traces" }).click();
    await heading("Traces").waitFor();
  });
});
