/** What one promise saw in one second of a run: valid events, and those of them that were bad. */
export type Second = { readonly valid: number; readonly bad: number };

export const sumOf = (seconds: readonly Second[]): Second => {
  let [valid, bad] = [0, 0];
  for (const second of seconds) {
    valid += second.valid;
    bad += second.bad;
  }
  return { valid, bad };
};
