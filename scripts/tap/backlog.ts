import { setTimeout as sleep } from "node:timers/promises";

/** One OTLP request, byte for byte as it came. */
export type Item = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
};

export type BacklogOptions = {
  readonly bytesMax?: number;
  readonly countMax?: number;
  /** Tries of one item while the collector is said to be there. */
  readonly triesMax?: number;
  readonly retryMs?: number;
  readonly onDrop?: (reason: string) => void;
};

/** Keeps OTLP requests in order until there is a collector, then forwards them one by one. */
export class Backlog {
  #items: Item[] = [];
  #bytes = 0;
  #target: string | "nowhere" | undefined;
  #moved = Promise.withResolvers<void>();
  #options: Required<BacklogOptions>;
  #isForwarding = false;
  forwarded = 0;
  dropped = 0;

  constructor(options: BacklogOptions = {}) {
    const defaults = { bytesMax: 64e6, countMax: 20_000, triesMax: 8, retryMs: 250, onDrop: () => {} };
    this.#options = { ...defaults, ...options };
  }

  /** @returns false when it is full: the sender must keep it, or drop and count it */
  offer(item: Item): boolean {
    if (this.#target === "nowhere") return true;
    const { bytesMax, countMax } = this.#options;
    if (this.#items.length >= countMax || this.#bytes + item.body.length > bytesMax) return false;
    this.#items.push(item);
    this.#bytes += item.body.length;
    void this.#forward();
    return true;
  }

  /** The collector is there: everything goes to it, oldest first. */
  forwardTo(target: string): void {
    this.#move(target);
    void this.#forward();
  }

  /** The collector is away: keep. */
  hold(): void {
    this.#move(undefined);
  }

  /** There will be no collector: forget. */
  discard(): void {
    this.#move("nowhere");
    this.#items = [];
    this.#bytes = 0;
  }

  get held(): number {
    return this.#items.length;
  }

  /** Waits until all is forwarded, or the time is over. */
  async drain(withinMs: number): Promise<void> {
    for (const deadline = Date.now() + withinMs; this.held > 0 && Date.now() < deadline; ) {
      if (this.#target === undefined) return;
      await sleep(20);
    }
  }

  #move(target: string | undefined): void {
    this.#target = target;
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }

  async #forward(): Promise<void> {
    if (this.#isForwarding) return;
    this.#isForwarding = true;
    for (let tries = 1; this.#target !== undefined && this.#items[0]; ) {
      const item = this.#items[0];
      const answer = await send(this.#target, item);
      if (this.#items[0] !== item) continue;
      if (answer === "taken") this.forwarded++;
      else if (answer.again && tries < this.#options.triesMax) {
        await Promise.race([
          sleep(Math.min(this.#options.retryMs * 2 ** tries++, 4_000)),
          this.#moved.promise,
        ]);
        continue;
      } else this.#drop(answer.reason);
      tries = 1;
      this.#items.shift();
      this.#bytes -= item.body.length;
    }
    this.#isForwarding = false;
  }

  #drop(reason: string): void {
    this.dropped++;
    this.#options.onDrop(reason);
  }
}

type Answer = "taken" | { readonly again: boolean; readonly reason: string };

async function send(target: string, { path, headers, body }: Item): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(`${target}${path}`, { method: "POST", headers, body, signal });
    const text = await response.text();
    if (response.ok) return "taken";
    return {
      again: [429, 502, 503, 504].includes(response.status),
      reason: `${response.status} ${text.slice(0, 200)}`,
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { again: true, reason: cause instanceof Error ? cause.message : String(cause) };
  }
}
