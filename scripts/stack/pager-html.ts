/** What the pager's pages have in common: text that stays text, and times in words. */
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

export function when(time: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) return "an unknown time";
  const [amount, unit] =
    seconds < 90
      ? [seconds, "s"]
      : seconds < 5400
        ? [Math.round(seconds / 60), "min"]
        : [Math.round(seconds / 3600), "h"];
  return `<time datetime="${escapeHtml(time)}" title="${escapeHtml(time)}">${amount} ${unit} ago</time>`;
}

/** A link to a web address; anything else stays text. */
export const linkTo = (address: string, text: string): string =>
  /^https?:\/\//.test(address)
    ? `<a href="${escapeHtml(address)}">${escapeHtml(text)}</a>`
    : escapeHtml(text);
