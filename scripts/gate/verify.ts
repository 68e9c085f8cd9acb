import { readFile } from "node:fs/promises";
import { seededRandom } from "../../load/verdict/random.ts";
import { objectIn } from "../load/object-in.ts";
import { BrokenGate } from "./broken-gate.ts";
import { type Compared, compare } from "./compare.ts";
import type { MeasureName } from "./measures.ts";
import { type Pair, type Sample, windowsIn } from "./pairs.ts";

/** How often the gate says "worse", of so many comparisons drawn from one record of a release beside itself. */
export type Verified = {
  readonly recordedPairs: number;
  readonly drawnPairs: number;
  readonly comparisons: number;
  /** What the gate says of the record as it is: sides that are exchanged cannot show that one of them was favoured. */
  readonly asRecorded: readonly Compared[];
  /** By what was planted: nothing, a tenth on every latency, 5 % of CPU time. Share of comparisons. */
  readonly alarms: { readonly nothing: number; readonly p95: number; readonly cpu: number };
};

const comparisons = 400;

/**
 * Draws comparisons of so many minutes, but not longer than the record, from a record, with sides of a whole start exchanged by chance, and plants what is to be found.
 * Latencies and CPU time keep the noise of the machine that made the record.
 *
 * @throws BrokenGate when the record is missing, or too short to draw from
 */
export async function verify(file: string, minutes: number, seed: number): Promise<Verified> {
  const pairs = await readRecord(file);
  const rounds = [...Map.groupBy(pairs, ({ round }) => round).values()];
  const random = seededRandom(seed);
  const drawnPairs = Math.min(windowsIn(minutes), pairs.length);
  const alarmsOf = (plant: (sample: Sample) => Sample, measure?: MeasureName) => {
    let alarms = 0;
    for (let at = 0; at < comparisons; at++) {
      const drawn = drawLike(rounds, drawnPairs, random).map((pair) => ({
        ...pair,
        candidate: plant(pair.candidate),
      }));
      const found = compare(drawn, { seed: at + 1 });
      const isAlarm = found.some(
        (each) => each.verdict === "worse" && (measure ?? each.measure) === each.measure,
      );
      alarms += Number(isAlarm);
    }
    return alarms / comparisons;
  };
  return {
    recordedPairs: pairs.length,
    ...{ drawnPairs, comparisons, asRecorded: compare(pairs, { seed }) },
    alarms: {
      nothing: alarmsOf((same) => same),
      p95: alarmsOf((same) => ({ ...same, latencies: same.latencies.map((ms) => ms * 1.1) }), "p95"),
      cpu: alarmsOf(
        (same) => ({ ...same, cpuNs: same.cpuNs === undefined ? undefined : same.cpuNs * 1.05 }),
        "cpu",
      ),
    },
  };
}

/**
 * Pairs as of another run. Starts are drawn, and what was a start of the candidate becomes one of the baseline by chance,
 * so that what a start keeps until its end stays in it. Its pairs follow each other as they did, from one that is drawn on,
 * and each comes once: to draw them again, too, would count their noise twice.
 *
 * @source Davison and Hinkley, Bootstrap Methods, 1997, 3.8 (hierarchical data)
 */
export function drawLike(rounds: readonly Pair[][], count: number, random: () => number): Pair[] {
  const draw = <Item>(from: readonly Item[]) => from[Math.floor(random() * from.length)] as Item;
  return rounds.flatMap((_, round) => {
    const started = draw(rounds);
    const isExchanged = random() < 0.5;
    const first = Math.floor(random() * started.length);
    return Array.from({ length: Math.min(started.length, Math.ceil(count / rounds.length)) }, (_, at) => {
      const { baseline, candidate } = started[(first + at) % started.length] as Pair;
      return isExchanged
        ? { round, baseline: candidate, candidate: baseline }
        : { round, baseline, candidate };
    });
  });
}

async function readRecord(file: string): Promise<Pair[]> {
  const again = `make it with npm run gate -- --baseline . --candidate . --record ${file}`;
  const text = await readFile(file, "utf8").catch(() => {
    throw new BrokenGate(`${file} cannot be read: ${again}`);
  });
  const pairs = objectIn(text);
  if (!isRecord(pairs)) throw new BrokenGate(`${file} is no record of a comparison: ${again}`);
  if (pairs.length < pairsMin)
    throw new BrokenGate(`${file} holds ${pairs.length} windows, and ${pairsMin} are needed: ${again}`);
  return pairs;
}

const pairsMin = 40;

const isRecord = (value: unknown): value is Pair[] =>
  Array.isArray(value) &&
  value.every(
    (pair) => Array.isArray(pair?.baseline?.latencies) && Array.isArray(pair?.candidate?.latencies),
  );
