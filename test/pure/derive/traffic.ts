/** A second of traffic: how many events were valid, and how many of them bad. */
type Second = { readonly valid: number; readonly bad: number };

/** Seconds of traffic that are looked at through windows, the slow and certain way: nothing here is a formula. */
export class Traffic {
  readonly #valid: number[] = [0];
  readonly #bad: number[] = [0];

  add(seconds: number, { valid, bad }: Second): this {
    for (let i = 0; i < seconds; i++) {
      this.#valid.push((this.#valid.at(-1) ?? 0) + valid);
      this.#bad.push((this.#bad.at(-1) ?? 0) + bad);
    }
    return this;
  }

  get length(): number {
    return this.#valid.length - 1;
  }

  /** Share of bad events in the window that ends after `end` seconds; the past before the first second holds nothing. */
  errorRatio(end: number, windowSeconds: number): number {
    const start = Math.max(0, end - windowSeconds);
    const valid = (this.#valid[end] ?? 0) - (this.#valid[start] ?? 0);
    return valid === 0 ? 0 : ((this.#bad[end] ?? 0) - (this.#bad[start] ?? 0)) / valid;
  }
}
