/** Now, in epoch milliseconds. On Workers the clock stands still between I/O. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
