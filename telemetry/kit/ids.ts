import { Buffer } from "node:buffer";

// One call for many ids: getRandomValues costs more than all the rest of a span.
const poolBytes = 1024;
let digits = "";
let used = 0;

/** 32 hexadecimal digits, never all zero. Must run inside a request: the platform forbids randomness at module scope. */
export const newTraceId = (): string => randomHex(32);
/** 16 hexadecimal digits, never all zero. */
export const newSpanId = (): string => randomHex(16);

const zeros = "0".repeat(32);

function randomHex(length: number): string {
  if (used + length > digits.length) {
    digits = Buffer.from(crypto.getRandomValues(new Uint8Array(poolBytes)).buffer).toString("hex");
    used = 0;
  }
  const text = digits.slice(used, used + length);
  used += length;
  return zeros.startsWith(text) ? randomHex(length) : text;
}
