import { requestsPerVisit } from "../day.ts";

// When visits of a comparison begin, and which of them log in. Pure: k6, the runner and the tests read the same.

/** Visits a second that k6 begins for so many requests a second: it takes whole visits in ten seconds. */
export const visitsPerSecond = (requestsPerSecond: number): number =>
  Math.max(1, Math.round((requestsPerSecond / requestsPerVisit("steady")) * 10)) / 10;

export type Stretch = {
  readonly visitsPerSecond: number;
  readonly seconds: number;
  /** Seconds at its end in which about five visits log in. */
  readonly loginSeconds: number;
};

/** Whether visit number n, the first is 0, logs in. */
export function isLogin(n: number, { visitsPerSecond, seconds, loginSeconds }: Stretch): boolean {
  const last = Math.floor(visitsPerSecond * loginSeconds);
  const left = Math.floor(visitsPerSecond * seconds) - n;
  return left > 0 && left <= last && left % Math.max(1, Math.floor(last / 5)) === 0;
}
