import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPager } from "../../../scripts/stack/pager.ts";
import { createMailbox, type Mail, readMail } from "../../../scripts/stack/pager-mail.ts";
import { wayTo } from "../../../scripts/stack/pager-ways.ts";

const archive = { nextId: () => 1, add: () => {}, newest: () => [] };
const server = createPager(archive, { places: { traces: "http://127.0.0.1:3200/api/search?q=" } });
let base = "";
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
const post = (path: string, body: unknown) =>
  fetch(`${base}${path}`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
const page = async () => (await fetch(`${base}/`)).text();

const event = {
  routing_key: "local",
  event_action: "trigger",
  dedup_key: "k1",
  payload: {
    summary: "Bookings <fail>",
    source: "frontdesk local",
    severity: "critical",
    custom_details: { budget_left: "12%", firing: "1" },
  },
  links: [
    { href: "http://127.0.0.1:9095/to/alerts/runbooks/X.md", text: "Runbook" },
    { href: "javascript:alert(1)", text: "Traces" },
  ],
};

describe("What is written for people", () => {
  it("is answered as PagerDuty would, and shown as one incident from trigger to resolve", async () => {
    const answer = await post("/pagerduty/v2/enqueue", event);
    expect([answer.status, await answer.json()]).toEqual([202, expect.objectContaining({ dedup_key: "k1" })]);
    expect(await page()).toContain("Bookings &lt;fail&gt;");
    expect(await page()).toContain('<a href="http://127.0.0.1:9095/to/alerts/runbooks/X.md">Runbook</a>');
    expect(await page()).not.toContain("javascript:");
    await post("/pagerduty/v2/enqueue", {
      ...event,
      event_action: "resolve",
      payload: { ...event.payload, summary: "Resolved" },
    });
    const shown = await page();
    expect(shown.match(/<article class="incident over">/g)).toHaveLength(1);
    expect(shown).toContain("told 2 times");
  });

  it("is shown with Slack's bold and links, and nothing else of it is markup", async () => {
    const text = "*Burn* firing: <b>\n<http://127.0.0.1:9095/to/d/x?a=1&amp;b=2|Dashboard>";
    const answer = await post("/slack/incidents", {
      attachments: [{ title: "T", title_link: "http://x.example/", text, color: "danger" }],
    });
    expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
    expect(await page()).toContain(
      '<strong>Burn</strong> firing: &lt;b&gt;<br><a href="http://127.0.0.1:9095/to/d/x?a=1&amp;b=2">Dashboard</a>',
    );
  });

  it.each([
    ["/pagerduty/v2/enqueue", "no JSON"],
    ["/pagerduty/v2/enqueue", { event_action: "shout" }],
    ["/slack/incidents", { text: "no attachment" }],
  ])("is refused with 400 when %s gets what the service would not take", async (path, body) => {
    expect((await post(path, body)).status).toBe(400);
  });
});

describe("Mail", () => {
  const raw = [
    "From: alerts@frontdesk.example",
    "To: platform@frontdesk.example",
    "Subject: =?utf-8?q?Queue_old_=C2=B7_1_alert?=",
    'Content-Type: multipart/alternative; boundary="b1"',
    "",
    "--b1",
    "Content-Transfer-Encoding: quoted-printable",
    "Content-Type: text/plain; charset=UTF-8",
    "",
    "Runbook: http://127.0.0.1:9095/to/alerts/runb=",
    "ooks/X.md 100%",
    "..",
    "--b1",
    "Content-Type: text/html",
    "",
    "<p>no</p>",
    "--b1--",
  ];

  it("is read as people read it: subject, and its plain text put together again", () => {
    expect(readMail(raw.join("\r\n"))).toMatchObject({
      to: "platform@frontdesk.example",
      subject: "Queue old · 1 alert",
      text: expect.stringContaining("Runbook: http://127.0.0.1:9095/to/alerts/runbooks/X.md 100%"),
    });
  });

  it("is taken over SMTP and goes nowhere else", async () => {
    const got = Promise.withResolvers<Mail>();
    const mailbox = createMailbox(got.resolve);
    await new Promise<void>((done) => mailbox.listen(0, "127.0.0.1", done));
    const socket = connect((mailbox.address() as AddressInfo).port, "127.0.0.1");
    socket.write(
      ["EHLO me", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", ...raw, ".", "QUIT", ""].join("\r\n"),
    );
    expect((await got.promise).subject).toBe("Queue old · 1 alert");
    mailbox.close();
  });
});

describe("A link of a message", () => {
  const places = { console: "http://c", dashboards: "http://g", traces: "http://t?q=" };
  const explore = new URLSearchParams({
    panes: JSON.stringify({ traces: { queries: [{ query: "{ a }" }] } }),
  });
  const none = new URLSearchParams();
  const cases: Record<string, [path: string, search: URLSearchParams, withConsole: string, without: string]> =
    {
      "to a runbook": ["/alerts/runbooks/X.md", none, "http://c/runbooks/X", "/runbooks/X.md"],
      "to a dashboard": [
        "/d/x",
        new URLSearchParams({ "var-environment": "local" }),
        "http://c/d/x?var-environment=local",
        "http://g/d/x?var-environment=local",
      ],
      "to traces": ["/explore", explore, "http://c/traces?q=%7B%20a%20%7D", `http://g/explore?${explore}`],
    };
  for (const [name, [path, search, withConsole, without]] of Object.entries(cases))
    it(`${name} leads to the console where it runs, else to what shows it`, () => {
      expect(wayTo(path, search, places, true)).toBe(withConsole);
      expect(wayTo(path, search, places, false)).toBe(without);
    });

  it("to traces still finds Tempo; one to anything else leads nowhere", () => {
    expect(wayTo("/explore", explore, { traces: "http://t?q=" }, false)).toBe("http://t?q=%7B%20a%20%7D");
    expect(wayTo("/explore", none, places, true)).toBeUndefined();
    expect(wayTo("//evil.example", none, places, true)).toBeUndefined();
    expect(wayTo("/d/x", none, {}, false)).toBeUndefined();
  });
});
