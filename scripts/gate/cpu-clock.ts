import { cpuTimeNs } from "../bench/cpu-time.ts";

const everyMs = 100;

/** Follows the CPU time of a process, so that it can be asked for any moment afterwards. */
export class CpuClock {
  readonly #samples: { readonly at: number; readonly ns: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #pid: number;

  constructor(pid: number) {
    this.#pid = pid;
    this.#take();
    this.#timer = setInterval(() => this.#take(), everyMs);
  }

  /**
   * CPU time between two moments, straight lines between samples.
   *
   * @param from  ms since the epoch
   * @returns ns; undefined where nothing was sampled
   */
  between(from: number, to: number): number | undefined {
    const [start, end] = [this.#at(from), this.#at(to)];
    return start === undefined || end === undefined ? undefined : end - start;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#take();
  }

  #take(): void {
    try {
      this.#samples.push({ at: Date.now(), ns: cpuTimeNs(this.#pid) });
    } catch {
      // The process is gone, or there is no /proc.
    }
  }

  #at(moment: number): number | undefined {
    const after = this.#samples.findIndex(({ at }) => at >= moment);
    const [left, right] = [this.#samples[after - 1], this.#samples[after]];
    if (left === undefined || right === undefined) return undefined;
    const share = (moment - left.at) / (right.at - left.at || 1);
    return left.ns + (right.ns - left.ns) * share;
  }
}
