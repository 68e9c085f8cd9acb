// One call for many ids: getRandomValues costs more than all the rest of a span.
const pool = new Uint8Array(1024);
let used = pool.length;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** 32 hexadecimal digits, never all zero. Must run inside a request: the platform forbids randomness at module scope. */
export const newTraceId = (): string => randomHex(16);
/** 16 hexadecimal digits, never all zero. */
export const newSpanId = (): string => randomHex(8);

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let text = "";
  for (let end = used + bytes; used < end; used++) text += hex[pool[used] as number];
  return /[1-9a-f]/.test(text) ? text : randomHex(bytes);
}
