import type { Screen } from "../stack/screen.ts";
import { type Outcome, toleranceSeconds } from "./conclude.ts";
import { type Fault, type FaultId, faults } from "./faults.ts";
import type { DetectOptions } from "./options.ts";
import { type Detection, type DrillId, detectionOf } from "./results.ts";
import { drill } from "./run.ts";

export type Drilled = {
  readonly detections: Readonly<Partial<Record<DrillId, Detection>>>;
  /** Faults whose drill itself did not work, and why. */
  readonly broken: readonly string[];
};

const hour = 3_600;
/** The short part runs among tests, on machines that are out of breath: it asks whether pages come, not how soon. */
const shortLateSeconds = 45;
/** The median of a full outage is what is promised, so it is run several times. */
const runsOf = (id: FaultId, { runs, realHistory }: DetectOptions) =>
  runs ?? (id === "full-outage" && !realHistory ? 5 : 1);

/**
 * Injects each fault as often as asked, so many side by side; only the last run of a fault waits for its resolve.
 *
 * @param onFound  told after each fault what was found so far, so that a run that is broken off is not lost
 */
export async function drillAll(
  options: DetectOptions,
  screen: Screen,
  onFound: (found: Drilled["detections"]) => Promise<void>,
): Promise<Drilled> {
  const detections: Partial<Record<DrillId, Detection>> = {};
  const broken: string[] = [];
  const progress = startProgress(options, screen);
  const queue = [...options.faults];
  const work = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const fault: Fault = faults[id];
      try {
        const outcomes = await drillOne(id, fault, options, progress);
        const history = options.realHistory ? "1 h, really lived through" : fault.history;
        const key: DrillId = options.realHistory ? `${id}:real-hour` : id;
        detections[key] = detectionOf({ title: fault.title, history }, outcomes);
        await onFound(detections);
      } catch (error) {
        broken.push(`${fault.title}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  screen.clearStatus();
  return { detections, broken };
}

async function drillOne(
  id: FaultId,
  fault: Fault,
  options: DetectOptions,
  progress: Progress,
): Promise<Outcome[]> {
  const runs = runsOf(id, options);
  const outcomes: Outcome[] = [];
  for (let run = 1; run <= runs; run++) {
    const name = runs > 1 ? `${fault.title}, run ${run} of ${runs}` : fault.title;
    outcomes.push(
      await drill(fault, {
        rate: options.rate,
        resolve: run === runs && waitsForResolve(fault, options),
        lateSeconds: options.short ? shortLateSeconds : toleranceSeconds,
        realSeconds: options.realHistory ? hour : undefined,
        onStep: (what, seconds) => progress.step(id, name, what, seconds),
      }),
    );
    progress.done(id);
  }
  return outcomes;
}

/** An hour that was lived through is as young as one that was backfilled. */
const waitsForResolve = (fault: Fault, { short, realHistory }: DetectOptions) =>
  !short && !realHistory && !(fault.kind === "burn" && fault.resolvesLate);

type Progress = ReturnType<typeof startProgress>;

/** One line: what runs now, what is left of it, and of all. */
function startProgress(options: DetectOptions, screen: Screen) {
  const left = new Map(options.faults.map((id) => [id, secondsOf(id, options)]));
  const perRun = new Map(options.faults.map((id) => [id, secondsOf(id, options) / runsOf(id, options)]));
  return {
    step: (id: FaultId, name: string, what: string, seconds: number) => {
      const all = [...left.values()].reduce((sum, one) => sum + one, 0) / options.atOnce;
      const text = `${name}: ${what}, about ${Math.ceil(seconds)} s; of all about ${Math.ceil(all / 60)} min left`;
      screen.status(`${id} ${name} ${what}`, text);
    },
    done: (id: FaultId) => left.set(id, (left.get(id) ?? 0) - (perRun.get(id) ?? 0)),
  };
}

/** About how long all runs of a fault take. */
function secondsOf(id: FaultId, options: DetectOptions): number {
  const fault: Fault = faults[id];
  const start = 60 + (options.realHistory ? hour : 0);
  if (fault.kind === "quiet") return start + fault.watchSeconds;
  const resolve = waitsForResolve(fault, options) ? 360 : 0;
  const page = fault.kind === "silent" ? 300 : 60 + (fault.giveUpFor ?? 0);
  return runsOf(id, options) * (start + page) + resolve;
}
