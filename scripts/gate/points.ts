/** What was asked in one turn. */
export type Asked = {
  /** Milliseconds of each answered request. */
  readonly latencies: number[];
  requests: number;
  errors: number;
  /** When the last answer came, in ms since the epoch; 0 when none came. */
  lastAt: number;
};

type Point = {
  readonly type?: string;
  readonly metric?: string;
  readonly data?: {
    readonly time: string;
    readonly value: number;
    readonly tags?: Readonly<Record<string, string>>;
  };
};

/**
 * Reads k6's points (`--out json`) as they come.
 * An error is a check that failed, or a visit that did not begin because too many were waiting.
 *
 * @param lines  one JSON document each
 * @param turns  how many there are
 */
export async function askedOf(lines: AsyncIterable<string>, turns: number): Promise<Asked[]> {
  const asked = Array.from(
    { length: turns },
    (): Asked => ({
      latencies: [],
      ...{ requests: 0, errors: 0, lastAt: 0 },
    }),
  );
  for await (const line of lines) {
    // Most points are of metrics that nobody reads here.
    if (!/"metric":"(http_req_duration|checks|dropped_iterations)"/.test(line)) continue;
    const { type, metric, data } = JSON.parse(line) as Point;
    const turn = /^turn_(\d+)$/.exec(data?.tags?.scenario ?? "")?.[1];
    const entry = asked[Number(turn ?? Number.NaN)];
    if (type !== "Point" || data === undefined || entry === undefined) continue;
    if (metric === "http_req_duration") {
      entry.requests++;
      entry.latencies.push(data.value);
      entry.lastAt = Math.max(entry.lastAt, Date.parse(data.time));
    } else if (metric === "checks") entry.errors += data.value === 0 ? 1 : 0;
    else {
      entry.requests += data.value;
      entry.errors += data.value;
    }
  }
  return asked;
}
