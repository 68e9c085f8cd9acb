import { createHash } from "node:crypto";
import { escapeHtml, when } from "./pager-html.ts";
import { linksOf, type Places } from "./pager-links.ts";
import type { Message } from "./pager-messages.ts";
import { messagesSection, messagesStyle } from "./pager-messages-page.ts";
import type { Notification, PagedAlert } from "./pager-notification.ts";

/** What the page needs to know beside the notifications. */
export type Around = {
  readonly places: Places;
  /** RFC 3339. */
  readonly lastSign: string | null;
  /** What Alertmanager's templates wrote for people, newest first. */
  readonly messages?: readonly Message[];
};

/** The pager's page: what fires now, then everything that was sent, newest first. Loads nothing from another host. */
export function pagerPage(
  notifications: readonly Notification[],
  now: Date,
  { places, lastSign, messages = [] }: Around,
): string {
  const open = firingNow(notifications);
  const firing = open.filter((alert) => !isWatchdog(alert));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${firing.length > 0 ? `(${firing.length}) ` : ""}Pager · Frontdesk</title>
<style>${style}${messagesStyle}</style>
</head>
<body>
<header>
<h1>Pager</h1>
<p>What Alertmanager would have sent to the person on call. Newest first; the page follows by itself.</p>
</header>
<main>
<section aria-label="Firing now">
<h2>Firing now</h2>
${firing.length === 0 ? '<p class="calm">Nothing is firing.</p>' : firing.map((alert) => card(alert, now, places)).join("\n")}
<p class="meta">${lastSign ? `Alerting is alive: the watchdog was heard ${when(lastSign, now)}.` : "The watchdog has not been heard yet."}</p>
</section>
<section aria-label="As people got it">
<h2>As people got it</h2>
<div class="shelves">
${messagesSection(messages, now)}
</div>
</section>
<section aria-label="Sent">
<h2>Every notification, as Alertmanager sent it <small>${notifications.length}</small></h2>
${notifications.length === 0 ? '<p class="empty">No notification has arrived yet. Alerts appear here seconds after they fire.</p>' : ""}
<ol>
${notifications.map((notification) => entry(notification, now, places)).join("\n")}
</ol>
</section>
</main>
<script>${followScript}</script>
</body>
</html>
`;
}

/** Alerts whose group was last heard of as firing, oldest first. */
export function firingNow(notifications: readonly Notification[]): PagedAlert[] {
  const last = new Map<string, Notification>();
  for (const notification of notifications)
    if (!last.has(notification.groupKey)) last.set(notification.groupKey, notification);
  return [...last.values()]
    .flatMap(({ alerts }) => alerts.filter(({ status }) => status === "firing"))
    .toSorted((a, b) => a.startsAt.localeCompare(b.startsAt));
}

function card(alert: PagedAlert, now: Date, places: Places): string {
  const links = linksOf(alert, places).map(
    ({ text, address }) => ` · <a href="${escapeHtml(address)}">${text}</a>`,
  );
  return `<article class="card ${alert.status}">
<h3>${escapeHtml(title(alert))} ${severity(alert.labels)}</h3>
${annotation(alert, "summary")}${annotation(alert, "impact")}${annotation(alert, "budget", "Budget left: ")}
<p class="meta">since ${when(alert.startsAt, now)}${links.join("")}</p>
<p class="labels">${labelList(alert.labels)}</p>
</article>`;
}

function entry(notification: Notification, now: Date, places: Places): string {
  const firing = notification.alerts.filter(({ status }) => status === "firing").length;
  const counts = `${firing} firing, ${notification.alerts.length - firing} resolved`;
  const more = notification.truncatedAlerts > 0 ? `, ${notification.truncatedAlerts} left out` : "";
  return `<li><details>
<summary><span class="state ${notification.status}">${notification.status}</span>
<strong>${escapeHtml(notification.alerts.map(title).filter(unique).join(", "))}</strong>
<span class="meta">${when(notification.receivedAt, now)} · ${counts}${more} · to ${escapeHtml(notification.receiver || "?")}</span></summary>
${notification.alerts.map((alert) => card(alert, now, places)).join("\n")}
</details></li>`;
}

/** The alert that always fires, to prove that pages arrive. */
const isWatchdog = (alert: PagedAlert) => alert.labels.severity === "watchdog";
const unique = (value: string, index: number, all: readonly string[]) => all.indexOf(value) === index;
const title = (alert: PagedAlert) => alert.labels.alertname ?? "unnamed alert";

function severity(labels: Readonly<Record<string, string>>): string {
  const value = labels.severity;
  return value ? `<span class="severity">${escapeHtml(value)}</span>` : "";
}

function annotation(alert: PagedAlert, name: string, before = ""): string {
  const value = alert.annotations[name];
  return value ? `<p>${before}${escapeHtml(value)}</p>` : "";
}

function labelList(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([name]) => name !== "alertname" && name !== "severity")
    .map(([name, value]) => `<code>${escapeHtml(name)}=${escapeHtml(value)}</code>`)
    .join(" ");
}

// Reloads only when something arrived, so that what is unfolded stays so.
const followScript = `const seen = () => fetch("/api/notifications").then((r) => r.json()).then((j) => String(j.notifications[0]?.id));
let last; setInterval(() => seen().then((id) => { if (last !== undefined && id !== last) location.reload(); last = id; }, () => {}), 3000);`;

/** What the page may do: its own style and script, and asking its own server. */
export const pagerPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash("sha256").update(followScript).digest("base64")}'`,
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join("; ");

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5a6675; --line: #d9dfe6; --paper: #f6f8fa; --card: #fff; --bad: #b3261e; --good: #1a7f4b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --dim: #9aa6b5; --line: #303845; --paper: #12161c; --card: #1a2029; --bad: #ff8a80; --good: #6fd19b; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
header, main { max-width: 80rem; margin: 0 auto; padding: 1rem 1.25rem }
h1 { margin: .5rem 0 0; font-size: 1.5rem } h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem } h3 { font-size: 1rem; margin: 0 }
header p, .meta, .empty, small { color: var(--dim); margin: .15rem 0 } small { font-weight: normal }
.calm { color: var(--good); margin: 0 }
.card { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--good); border-radius: 6px; padding: .75rem 1rem; margin: .5rem 0 }
.card.firing { border-left-color: var(--bad) }
.card p { margin: .25rem 0 }
.meta { font-size: .875rem } .severity { font-size: .75rem; border: 1px solid currentColor; border-radius: 999px; padding: 0 .5rem; color: var(--dim); font-weight: normal }
.state { display: inline-block; min-width: 5rem; font-size: .8rem; font-weight: 600 } .state.firing { color: var(--bad) } .state.resolved { color: var(--good) }
ol { list-style: none; margin: 0; padding: 0 } li { border-top: 1px solid var(--line); padding: .5rem 0 }
summary { cursor: pointer } code { font-size: .8rem; background: var(--paper); border-radius: 4px; padding: .1rem .35rem; overflow-wrap: anywhere }
a { color: inherit }
`;
