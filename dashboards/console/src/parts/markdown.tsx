import { Box } from "@mui/material";
import DOMPurify from "dompurify";
import { Marked } from "marked";
import { type ReactElement, useMemo } from "react";
import { useFollowLink } from "./follow-link.ts";

/** A runbook as a page: its queries lead to where they are asked, its links to pages of the console. */
export function Markdown({ text, leaveOutTitle }: { text: string; leaveOutTitle?: boolean }): ReactElement {
  const follow = useFollowLink();
  const html = useMemo(() => {
    const body = leaveOutTitle ? text.replace(/^# .*\n/m, "") : text;
    return DOMPurify.sanitize(reader.parse(body, { async: false }));
  }, [text, leaveOutTitle]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned above, and the text is the repository's own
  return <Box sx={look} onClick={follow} dangerouslySetInnerHTML={{ __html: html }} />;
}

const asked: Readonly<Record<string, { place: string; said: string }>> = {
  promql: { place: "/metrics?q=", said: "Draw it" },
  traceql: { place: "/traces?q=", said: "Find the traces" },
  logsql: { place: "/logs?q=", said: "Find the records" },
};

const reader = new Marked({
  renderer: {
    code({ text, lang = "" }) {
      const place = asked[lang];
      const link = place
        ? `<p class="ask"><a href="${place.place}${encodeURIComponent(text.trim())}">${place.said}</a></p>`
        : "";
      return `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>${link}`;
    },
    link({ href, tokens }) {
      return `<a href="${escapeHtml(placeOf(href))}">${this.parser.parseInline(tokens)}</a>`;
    },
  },
});

/** Files of the repository have pages here; what has none stays an address. */
function placeOf(href: string): string {
  const [, runbook] = /^(?:alerts\/runbooks\/)?(\w+)\.md(?:#.*)?$/.exec(href) ?? [];
  if (runbook) return `/runbooks/${runbook}`;
  const [, dashboard] = /dashboards\/generated\/(?:\w+\/)?([\w-]+)\.json$/.exec(href) ?? [];
  return dashboard ? `/d/${dashboard}` : href;
}

const escapeHtml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const look = {
  ...{ maxWidth: "80ch", lineHeight: 1.55, overflowWrap: "anywhere" },
  "& h1": { fontSize: "1.25rem" },
  "& h2": { fontSize: "1rem", mt: 2.5, mb: 0.5 },
  "& p, & ul, & ol": { my: 0.75 },
  "& ul, & ol": { pl: 3 },
  "& code": { bgcolor: "action.hover", borderRadius: 0.5, px: 0.5, fontSize: "0.85em" },
  "& pre": { bgcolor: "action.hover", borderRadius: 1, p: 1.25, overflowX: "auto", my: 1 },
  "& pre code": { bgcolor: "transparent", p: 0, whiteSpace: "pre-wrap" },
  "& table": { borderCollapse: "collapse" },
  "& th, & td": { border: 1, borderColor: "divider", px: 1, py: 0.5, textAlign: "left" },
  "& .ask": { mt: -0.5, fontSize: "0.85rem" },
} as const;
