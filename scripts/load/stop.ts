import { removalSeconds } from "./leftover.ts";

/** The process as far as a stop needs it. */
type Host = {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): unknown;
};

/** One Ctrl-C arrives twice: from the terminal, and from the command that started this one. */
const samePressMs = 1_000;

/** Ctrl-C while a run is under way: the first is told to whoever listens, a second ends the process at once. */
export class Stop {
  #at: number | undefined;
  readonly #listeners: (() => void)[] = [];

  constructor(host: Host = process, now: () => number = Date.now) {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      host.on(signal, () => {
        if (this.#at === undefined) {
          this.#at = now();
          for (const listener of this.#listeners) listener();
        } else if (now() - this.#at > samePressMs) host.exit(130);
      });
  }

  /** Epoch milliseconds of the first one; undefined while there was none. */
  get at(): number | undefined {
    return this.#at;
  }

  /** Whoever comes too late is told at once. */
  onFirst(listener: () => void): void {
    if (this.#at === undefined) this.#listeners.push(listener);
    else listener();
  }
}

/** What may be waited for after a stop, in seconds: the answer to a request of the tear-down, counters and spans, a tenant that is left. */
const waits = { goodbye: 30, stores: 30, removal: removalSeconds } as const;

export function stoppingWords({ k6Runs, hasStores }: { k6Runs: boolean; hasStores: boolean }): string {
  const seconds = (k6Runs ? waits.goodbye : 0) + (hasStores ? waits.stores : 0) + waits.removal;
  return `Stopping: waiting for what is under way (up to ${seconds} s) …`;
}

/** How long a reader of stores waits for more. */
export type Patience = {
  readonly pause: (ms: number) => Promise<unknown>;
  readonly isOver: () => boolean;
};

/** After a stop no longer than was said. */
export function patienceAfter(
  stop: Pick<Stop, "at">,
  pause: Patience["pause"],
  now: () => number = Date.now,
): Patience {
  const from = now();
  return {
    pause,
    isOver: () => stop.at !== undefined && now() > Math.max(from, stop.at) + waits.stores * 1000,
  };
}
