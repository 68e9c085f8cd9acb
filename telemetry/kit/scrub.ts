// A cheap look that lets most text pass without running the rules.
const suspicious =
  /[@%]|:\/\/|eyJ|bearer|basic|whsec_|params|passw|secret|token|cookie|authorization|api.?key/i;

// A word begins also behind an encoded separator, whose last sign is a letter or a digit.
const rules: readonly (readonly [RegExp, string])[] = [
  // User, password and query of a URL; a query that shows names only stays.
  [/(:\/\/)[^\s/?#]*@/g, "$1"],
  [/(:\/\/[^\s?#"'<>]*)[?#](?!(?:[^\s=&]+=REDACTED&?)+(?:\s|$))[^\s"'<>]*/g, "$1?[redacted]"],
  // Drizzle puts bound values behind this word, up to the first stack frame.
  [/(?:\b|(?<=%[0-9a-f]{2}))params(?::|%3a)[\s\S]*?(?=\n\s+at |$)/gi, "params: [redacted]"],
  [/[A-Za-z0-9._+-]{1,64}(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/gi, "[email]"],
  [/eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*/g, "[jwt]"],
  [
    /(?:\b|(?<=%[0-9a-f]{2}))(bearer|basic)(?:\s|%20|\+)+(?:(?!\/(?:bearer|basic))[A-Za-z0-9._~+/=-]){8,}/gi,
    "$1 [redacted]",
  ],
  [/(?:\b|(?<=%[0-9a-f]{2}))whsec_(?:(?!\/whsec_)[A-Za-z0-9+/=]){8,}/gi, "[secret]"],
  // A header that is a secret goes to the end of its line, whatever stands in it; a colon may be encoded.
  [
    /(?:\b|(?<=%[0-9a-f]{2}))((?:cookie|authorization)(?:["']|%2[27])?(?:\s|%20)*(?:[:=]|%3[ad])(?:\s|%20)*)[^\n]+/gi,
    "$1[redacted]",
  ],
  [
    /(?:\b|(?<=%[0-9a-f]{2}))((?:pass(?:word|phrase|wd)|secret|(?:access_|refresh_|id_)?token|api[_-]?key)(?:["']|%2[27])?(?:\s|%20)*(?:[:=]|%3[ad])(?:\s|%20)*)(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|(%2[27])(?:(?!\2)[\s\S])*(?:\2|$)|[^\s"',;}&]+)/gi,
    "$1[redacted]",
  ],
];

/** Replaces e-mail addresses, tokens, passwords and Drizzle's bound values in free text, percent-encoded or not. */
export function scrub(text: string): string {
  if (!suspicious.test(text)) return text;
  const plain = withoutEncoding(text);
  let clean = plain;
  for (const [pattern, replacement] of rules) clean = clean.replace(pattern, replacement);
  return clean === plain ? text : clean;
}

// What is cut through its middle is not recognised, so text is scrubbed with some more behind it than stays.
const margin = 1024;
const brokenEnd = /[A-Za-z0-9._+@%~/=-]+$/;

/** Scrubs free text and cuts it to `lengthMax` characters, in this order: half an address is personal too. */
export function scrubAndCut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return scrub(text).slice(0, lengthMax);
  const clean = scrub(text.slice(0, lengthMax + margin));
  // Redactions have pulled the end of the margin into sight, and it may be half of something.
  const broken = clean.length < lengthMax && text.length > lengthMax + margin;
  return (broken ? clean.replace(brokenEnd, "") : clean).slice(0, lengthMax);
}

const encodedMark = /%(?:25)+(?=[0-9a-f]{2})/gi;
const encodedWord = /%(2[bde]|3[0-9]|4[0-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])/gi;
const roundsMax = 8;

/** Undoes the encoding of letters, digits and `@+-._`, however often it was done; separators stay encoded. */
function withoutEncoding(text: string): string {
  let plain = text;
  for (let round = 0; round < roundsMax; round++) {
    const before = plain;
    plain = before
      .replace(encodedMark, "%")
      .replace(encodedWord, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    if (plain === before) break;
  }
  return plain;
}

/** Outbound URL without user, password and query values; names of the query stay. */
export function redactUrl(url: URL): string {
  const place = `${url.origin}${url.pathname}`;
  if (url.search === "") return place;
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=REDACTED`);
  return names.length > 0 ? `${place}?${names.join("&")}` : place;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
/** Removes control characters, so that a record cannot forge a line or drive a terminal. */
export const withoutControl = (text: string): string => text.replace(control, " ");

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const controlButLines = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;
/** The same for a text of several lines, which stay apart. */
export const withoutControlInLines = (text: string): string => text.replace(controlButLines, " ");
