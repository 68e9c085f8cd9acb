type End = { readonly stop?: () => Promise<void> | void; readonly kill?: () => void };

/** Everything that was started and must end, last in first out; `signal` is aborted when the end begins. */
export class Lifeline {
  #ends: End[] = [];
  #over = new AbortController();
  #stopped: Promise<void> | undefined;

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** What is added after the end has begun is ended at once. */
  add(end: End): void {
    this.#ends.push(end);
    if (this.signal.aborted) end.kill?.();
  }

  /** Ends all, politely; a failure of one does not keep the others alive. */
  stop(): Promise<void> {
    this.#over.abort();
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  /** Ends all at once. */
  kill(): void {
    this.#over.abort();
    for (const end of this.#ends) end.kill?.();
  }

  async #stopAll(): Promise<void> {
    for (let end = this.#ends.pop(); end; end = this.#ends.pop()) {
      try {
        await end.stop?.();
      } catch {
        end.kill?.();
      }
    }
  }
}
