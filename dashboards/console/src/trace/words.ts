/** Milliseconds as people read them: `0.8 ms`, `240 ms`, `1.35 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(2)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** Seconds in the largest unit of which there are at least two: `47 h`. */
export function span(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
  ] as const;
  const [unit, size] = units.find(([, length]) => seconds >= 2 * length) ?? (["s", 1] as const);
  return `${Math.floor(seconds / size)} ${unit}`;
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** Time of day, with the date where it is another one. */
export function moment(ms: number, now = Date.now()): string {
  const [at, today] = [new Date(ms), new Date(now)];
  const time = clock.format(at);
  return at.toDateString() === today.toDateString() ? time : `${day.format(at)}, ${time}`;
}

export const ago = (ms: number, now = Date.now()): string => `${span(Math.max(0, (now - ms) / 1_000))} ago`;
