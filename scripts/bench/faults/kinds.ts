/** How a collector fails, in the words of the report. */
export const faultKinds = {
  refused: "connection refused, then back",
  reset: "reset before an answer",
  "reset-within": "takes it, resets within its answer",
  slow: "takes it, answers after 30 s",
  hang: "never answers",
  "429": "429 with `Retry-After: 1`",
  "503": "503 without a time (502 and 504 are taken alike)",
  "500": "500",
  malformed: "takes it, answers 200 with HTML",
  part: "takes half, says so",
} as const;

export type FaultKind = keyof typeof faultKinds;
export type Side = 0 | 1;
export const sides: readonly Side[] = [0, 1];
