import { escapeHtml, linkTo, when } from "./pager-html.ts";
import type { Message } from "./pager-messages.ts";

type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;

/**
 * What reached people, as their own tools would show it: incidents on the phone of who is on call, messages in channels, mail.
 *
 * @param messages  newest first
 */
export function messagesSection(messages: readonly Message[], now: Date): string {
  const incidents = Map.groupBy(
    messages.filter((message) => message.kind === "incident"),
    ({ key }) => key,
  );
  const chats = messages.filter((message) => message.kind === "chat").slice(0, 10);
  const mails = messages.filter((message) => message.kind === "mail").slice(0, 10);
  const shelf = (title: string, what: readonly string[], none: string) =>
    `<section class="shelf" aria-label="${title}"><h3>${title}</h3>\n${what.join("\n") || `<p class="empty">${none}</p>`}</section>`;
  return [
    shelf(
      "On call: incidents, as PagerDuty shows them",
      [...incidents.values()].slice(0, 10).map((events) => incident(events, now)),
      "Nobody was woken. Alerts of severity page come here at once.",
    ),
    shelf(
      "Channels, as Slack shows them",
      chats.map((message) => chat(message, now)),
      "No message. Pages and tickets come here; tickets wait five minutes for others like them.",
    ),
    shelf(
      "Mail",
      mails.map((message) => mail(message, now)),
      "No mail. Tickets come here.",
    ),
  ].join("\n");
}

/** All that was said of one incident: the last word is its state, the last trigger what it is about. */
function incident(events: readonly Of<"incident">[], now: Date): string {
  const [last] = events;
  const told = events.find(({ action }) => action === "trigger") ?? last;
  const first = events.at(-1);
  if (!last || !told || !first) return "";
  const isOver = last.action === "resolve";
  const details = Object.entries(told.details).filter(([, value]) => value.trim() !== "");
  const times = isOver ? `, resolved ${when(last.receivedAt, now)}` : "";
  return `<article class="incident ${isOver ? "over" : "open"}">
<header><span class="pill">${isOver ? "Resolved" : "Triggered"}</span><span class="meta">${escapeHtml(told.severity)} · ${escapeHtml(told.source)}</span></header>
<h4>${escapeHtml(told.summary)}</h4>
<p class="meta">opened ${when(first.receivedAt, now)}${times}${events.length > 1 ? `, told ${events.length} times` : ""}</p>
<p class="buttons">${told.links
    .filter(({ address }) => address !== "")
    .map(({ text, address }) => linkTo(address, text))
    .join(" ")}</p>
<details><summary>Details</summary><dl>${details
    .map(
      ([name, value]) =>
        `<dt>${escapeHtml(name.replaceAll("_", " "))}</dt><dd>${escapeHtml(value.trim())}</dd>`,
    )
    .join("")}</dl></details>
</article>`;
}

function chat({ channel, title, titleLink, text, color, receivedAt }: Of<"chat">, now: Date): string {
  const tone = color === "danger" ? "bad" : "good";
  return `<article class="chat"><span class="avatar" aria-hidden="true">A</span><div>
<p class="who"><strong>Alertmanager</strong> <span class="app">APP</span> <span class="meta">in #${escapeHtml(channel)} · ${when(receivedAt, now)}</span></p>
<div class="attachment ${tone}"><p><strong>${linkTo(titleLink, title)}</strong></p><p>${mrkdwn(text.trim())}</p></div></div></article>`;
}

function mail({ from, to, subject, text, receivedAt }: Of<"mail">, now: Date): string {
  return `<article class="mail"><details><summary><strong>${escapeHtml(subject)}</strong> <span class="meta">to ${escapeHtml(to)} · ${when(receivedAt, now)}</span></summary>
<p class="meta">From ${escapeHtml(from)}</p><pre>${withLinks(text)}</pre></details></article>`;
}

/** @source https://docs.slack.dev/messaging/formatting-message-text */
function mrkdwn(text: string): string {
  return text
    .split(/(<https?:[^>]+>)/)
    .map((part) => {
      const [, address, said] = /^<(https?:[^|>]+)\|?([^>]*)>$/.exec(part) ?? [];
      if (address) return linkTo(address.replaceAll("&amp;", "&"), said || address);
      return escapeHtml(part)
        .replace(/\*([^*\n]+)\*/g, "<strong>$1</strong>")
        .replace(/\n/g, "<br>");
    })
    .join("");
}

const withLinks = (text: string): string =>
  text
    .split(/(https?:\/\/\S+)/)
    .map((part) => (/^https?:/.test(part) ? linkTo(part, part) : escapeHtml(part)))
    .join("");

export const messagesStyle = `
.shelves { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; align-items: start }
.shelf h3 { font-size: .85rem; color: var(--dim); font-weight: 600; margin: 0 0 .5rem }
.incident, .chat, .mail { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; margin: 0 0 .75rem; overflow-wrap: anywhere }
.incident { border-top: 4px solid var(--bad) } .incident.over { border-top-color: var(--good) }
.incident header { display: flex; justify-content: space-between; gap: .5rem; padding: 0; margin: 0 }
.incident h4 { margin: .4rem 0 .2rem; font-size: 1rem }
.pill { font-size: .75rem; font-weight: 700; color: var(--card); background: var(--bad); border-radius: 4px; padding: .05rem .5rem } .over .pill { background: var(--good) }
.buttons a { display: inline-block; border: 1px solid var(--line); border-radius: 6px; padding: .15rem .7rem; margin: .2rem .2rem .2rem 0; text-decoration: none; font-size: .875rem }
dl { margin: .4rem 0 0; font-size: .85rem } dt { color: var(--dim) } dd { margin: 0 0 .4rem; white-space: pre-wrap }
.chat { display: flex; gap: .75rem } .chat > div { min-width: 0; flex: 1 } .chat p { margin: 0 }
.avatar { flex: none; width: 2.2rem; height: 2.2rem; border-radius: 6px; display: grid; place-items: center; background: #e6522c; color: #fff; font-weight: 700 }
.app { font-size: .65rem; background: var(--line); border-radius: 3px; padding: .05rem .3rem }
.attachment { border-left: 4px solid var(--good); padding-left: .75rem; margin-top: .35rem; font-size: .9rem } .attachment.bad { border-left-color: var(--bad) }
.mail pre { white-space: pre-wrap; font: inherit; font-size: .875rem; margin: .5rem 0 0 }
`;
