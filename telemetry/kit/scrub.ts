// A cheap look that lets most text pass without running the rules.
const suspicious = /[@%]|eyJ|bearer|basic|whsec_|params:|passw|secret|token|cookie|authorization|api.?key/i;

const rules: readonly (readonly [RegExp, string])[] = [
  // Drizzle puts bound values behind this word, up to the first stack frame.
  [/\bparams:[\s\S]*?(?=\n\s+at |$)/g, "params: [redacted]"],
  [/[A-Za-z0-9._+-]{1,64}(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/gi, "[email]"],
  [/eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*/g, "[jwt]"],
  [/\b(bearer|basic)(?:\s|%20|\+)+[A-Za-z0-9._~+/=-]{8,}/gi, "$1 [redacted]"],
  [/\bwhsec_[A-Za-z0-9+/=]{8,}/g, "[secret]"],
  [
    /\b((?:pass(?:word|phrase|wd)|secret|(?:access_|refresh_|id_)?token|cookie|authorization|api[_-]?key)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s"',;}&]+)/gi,
    "$1[redacted]",
  ],
];

/** Replaces e-mail addresses, tokens, passwords and Drizzle's bound values in free text. */
export function scrub(text: string): string {
  if (!suspicious.test(text)) return text;
  let clean = text;
  for (const [pattern, replacement] of rules) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Outbound URL without user, password and query values; names of the query stay. */
export function redactUrl(url: URL): string {
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=REDACTED`);
  return `${url.origin}${url.pathname}${names.length > 0 ? `?${names.join("&")}` : ""}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
/** Removes control characters, so that a record cannot forge a line or drive a terminal. */
export const withoutControl = (text: string): string => text.replace(control, " ");
