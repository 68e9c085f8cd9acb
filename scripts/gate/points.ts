/** What one k6 asked. */
export type Asked = {
  /** When each answer came, in ms since the epoch, and how long it took, in ms. */
  readonly answers: { readonly at: number; readonly ms: number }[];
  /** When an answer was not what the journey expects, in ms since the epoch. */
  readonly failed: number[];
  /** When a visit did not begin because too many were waiting, in ms since the epoch; it counts as one request that failed. */
  readonly dropped: number[];
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
 * Reads k6's points (`--out json`) as they come. Set-up does not count.
 *
 * @param lines  one JSON document each
 */
export async function askedOf(lines: AsyncIterable<string>): Promise<Asked> {
  const asked: Asked = { answers: [], failed: [], dropped: [] };
  for await (const line of lines) {
    // Most points are of metrics that nobody reads here.
    if (!/"metric":"(http_req_duration|checks|dropped_iterations)"/.test(line)) continue;
    const { type, metric, data } = JSON.parse(line) as Point;
    if (type !== "Point" || data?.tags?.scenario !== "visits") continue;
    const at = Date.parse(data.time);
    if (metric === "http_req_duration") asked.answers.push({ at, ms: data.value });
    else if (metric === "checks") asked.failed.push(...(data.value === 0 ? [at] : []));
    else asked.dropped.push(...Array.from({ length: data.value }, () => at));
  }
  return asked;
}

export const requestsOf = ({ answers, dropped }: Asked): number => answers.length + dropped.length;
export const errorsOf = ({ failed, dropped }: Asked): number => failed.length + dropped.length;

/** What fell between two moments, the later left out; ms since the epoch. */
export function between({ answers, failed, dropped }: Asked, from: number, to: number): Asked {
  const isWithin = (at: number) => at >= from && at < to;
  return {
    answers: answers.filter(({ at }) => isWithin(at)),
    failed: failed.filter(isWithin),
    dropped: dropped.filter(isWithin),
  };
}
