/** `90` → `1:30`, `3600` → `1:00:00` */
export function shownSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** How long a run was to take and did. */
export type RunLength = {
  readonly duration_seconds: number;
  /** Seconds from the first request to Ctrl-C; undefined when nobody pressed it. */
  readonly interrupted_after_seconds?: number | undefined;
};

export const shownLength = ({
  duration_seconds: whole,
  interrupted_after_seconds: after,
}: RunLength): string =>
  after === undefined
    ? `for ${shownSeconds(whole)}`
    : `interrupted after ${shownSeconds(after)} of ${shownSeconds(whole)}`;

/** A share as a percentage that keeps small ones apart from nothing; nobody needs to know how small beyond one in a million. */
export const percent = (share: number): string =>
  share === 0
    ? "0%"
    : share < 1e-6
      ? "<0.0001%"
      : `${Number((share * 100).toPrecision(share > 0.1 ? 4 : 3))}%`;

export const shownMs = (ms: number | undefined): string =>
  ms === undefined ? "–" : Number.isFinite(ms) ? ms.toFixed(ms < 100 ? 1 : 0) : "∞";

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
