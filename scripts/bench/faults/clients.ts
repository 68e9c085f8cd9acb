/** A process of its own: the same steady load on two Workers at once, by the clock and not by the answers. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type SteadyLoad = {
  readonly urls: readonly [string, string];
  readonly rate: number;
  readonly seconds: number;
};
/** Milliseconds of every answer by side, one list for each second; and how many answers were not 200. */
export type Answered = {
  readonly blocks: readonly (readonly [number[], number[]])[];
  readonly failed: number;
};

const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const routes = ["/plain", "/object"];

process.on("message", async (load: SteadyLoad) => process.send?.(await run(load)));

async function run({ urls, rate, seconds }: SteadyLoad): Promise<Answered> {
  const blocks = Array.from({ length: seconds }, (): [number[], number[]] => [[], []]);
  const started = performance.now();
  const asked: Promise<void>[] = [];
  let failed = 0;
  for (let index = 0; index < rate * seconds; index++) {
    const due = started + (index / rate) * 1000 - performance.now();
    if (due > 0) await sleep(due);
    const block = blocks[Math.floor(index / rate)];
    // Who is asked first has the better place, so they take turns.
    for (const side of index % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const))
      asked.push(
        ask(`${urls[side]}${routes[Math.floor(index / 2) % routes.length]}`).then((ms) => {
          if (ms === undefined) failed++;
          else block?.[side].push(ms);
        }),
      );
  }
  await Promise.all(asked);
  return { blocks, failed };
}

function ask(url: string): Promise<number | undefined> {
  const started = performance.now();
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on("end", () =>
        resolve(response.statusCode === 200 ? performance.now() - started : undefined),
      );
      response.on("error", () => resolve(undefined));
    }).on("error", () => resolve(undefined));
  });
}
