/** One answered (or unanswered) request, as k6 saw it. */
export type Point = {
  /** Epoch milliseconds at which it began. */
  readonly startMs: number;
  readonly durationMs: number;
  /** `METHOD template` */
  readonly route: string;
  /** 0: no answer. */
  readonly status: number;
  /** Of the set-up or the end: counted, not judged. */
  readonly isWarmUp: boolean;
};

const startSize = 4_096;

/** Every request of a run in columns: ten million of them fit into a quarter of a gigabyte. */
export class Recording {
  readonly routes: string[] = [];
  #size = 0;
  #starts = new Float64Array(startSize);
  #durations = new Float64Array(startSize);
  #codes = new Uint16Array(startSize);
  #flags = new Uint16Array(startSize);

  get size(): number {
    return this.#size;
  }

  add({ startMs, durationMs, route, status, isWarmUp }: Point): void {
    if (this.#size === this.#starts.length) this.#grow();
    let index = this.routes.indexOf(route);
    if (index === -1) index = this.routes.push(route) - 1;
    this.#starts[this.#size] = startMs;
    this.#durations[this.#size] = durationMs;
    this.#codes[this.#size] = status;
    this.#flags[this.#size] = index * 2 + Number(isWarmUp);
    this.#size++;
  }

  *points(): Generator<Point> {
    for (let i = 0; i < this.#size; i++) {
      const flags = this.#flags[i] ?? 0;
      yield {
        startMs: this.#starts[i] ?? 0,
        durationMs: this.#durations[i] ?? 0,
        route: this.routes[flags >> 1] ?? "",
        status: this.#codes[i] ?? 0,
        isWarmUp: flags % 2 === 1,
      };
    }
  }

  /** Routes that gave at least one answer. */
  answered(): string[] {
    return [...new Set([...this.points()].flatMap(({ route, status }) => (status > 0 ? route : [])))];
  }

  /** The requests that are judged, oldest first. */
  judged(): Point[] {
    return [...this.points()].filter(({ isWarmUp }) => !isWarmUp).sort((a, b) => a.startMs - b.startMs);
  }

  #grow(): void {
    const grown = <A extends Float64Array | Uint16Array>(old: A, empty: A) => {
      empty.set(old);
      return empty;
    };
    const length = this.#starts.length * 2;
    this.#starts = grown(this.#starts, new Float64Array(length));
    this.#durations = grown(this.#durations, new Float64Array(length));
    this.#codes = grown(this.#codes, new Uint16Array(length));
    this.#flags = grown(this.#flags, new Uint16Array(length));
  }
}

export const hasFailed = ({ status }: Point): boolean => status === 0 || status >= 400;

const wanted = '{"metric":"http_req_duration","type":"Point"';

/**
 * Reads a line of k6's JSON output; undefined for whatever is no request.
 *
 * @source https://grafana.com/docs/k6/latest/results-output/real-time/json/
 */
export function readPoint(line: string): Point | undefined {
  if (!line.startsWith(wanted)) return undefined;
  const { data } = JSON.parse(line) as {
    data: { time: string; value: number; tags: Readonly<Record<string, string>> };
  };
  const { tags, value } = data;
  return {
    // k6 tells when a request ended.
    startMs: Date.parse(data.time) - value,
    durationMs: value,
    route: tags.route ?? tags.name ?? "",
    status: Number(tags.status ?? 0),
    isWarmUp: tags.group !== undefined && tags.group !== "",
  };
}
