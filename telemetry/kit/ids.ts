// One call for many ids: getRandomValues costs more than all the rest of a span.
const pool = new Uint8Array(1024);
let digits = "";
let used = 0;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** 32 hexadecimal digits, never all zero. Must run inside a request: the platform forbids randomness at module scope. */
export const newTraceId = (): string => randomHex(32);
/** 16 hexadecimal digits, never all zero. */
export const newSpanId = (): string => randomHex(16);

const zeros = "0".repeat(32);

function randomHex(length: number): string {
  if (used + length > digits.length) {
    crypto.getRandomValues(pool);
    digits = "";
    for (const byte of pool) digits += hex[byte];
    used = 0;
  }
  const text = digits.slice(used, used + length);
  used += length;
  return zeros.startsWith(text) ? randomHex(length) : text;
}
