/** A clock that a test turns by hand. */
export function handClock(startMs = Date.parse("2026-12-01T09:00:00Z")) {
  let now = startMs;
  return Object.assign(() => now, {
    advance(byMs: number) {
      now += byMs;
    },
  });
}
