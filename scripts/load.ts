import { setTimeout as sleep } from "node:timers/promises";
import { secondsOf } from "../load/shapes.ts";
import type { ClientPromise } from "../load/thresholds.ts";
import type { RunVerdict } from "../load/verdict/judge-run.ts";
import { runCommand } from "./flags/run-command.ts";
import {
  type Agreement,
  agreementOf,
  type Ran,
  readSli,
  type SliReading,
  storedSpans,
  windowOf,
} from "./load/agreement.ts";
import { markRun } from "./load/annotate.ts";
import { readCalls, untold } from "./load/calls.ts";
import { crowdedWords } from "./load/crowded.ts";
import { writeArchive } from "./load/distribute.ts";
import { grown, readStanding } from "./load/endurance.ts";
import { findK6 } from "./load/find-k6.ts";
import { removeLeftover } from "./load/leftover.ts";
import { BrokenRun, type LoadOptions, parseOptions, usage } from "./load/options.ts";
import { type Found, preflight, releaseOf } from "./load/preflight.ts";
import { progressOn } from "./load/progress.ts";
import { readThresholds } from "./load/read-thresholds.ts";
import { Recording } from "./load/recording.ts";
import { makeRoom, writeReports } from "./load/reports.ts";
import { cutOffIn, type LoadResult, resultOf } from "./load/result.ts";
import { type Progress, runK6 } from "./load/run-k6.ts";
import { type Patience, patienceAfter, Stop, stoppingWords } from "./load/stop.ts";
import { StoreAway } from "./load/stores.ts";
import { terminalReport } from "./load/terminal.ts";
import { shownSeconds } from "./load/words.ts";
import { BuildError } from "./stack/build.ts";
import { screenOn } from "./stack/screen.ts";

// npm run load -- <shape> [--target URL] [--rate N] [--duration S]
const exits: Readonly<Record<RunVerdict, number>> = { pass: 0, fail: 1, inconclusive: 2, broken: 3 };
process.exitCode = await runCommand(usage, [BrokenRun, BuildError, StoreAway], main);

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.archive !== undefined) return pack(options, options.archive);
  const { promises } = await readThresholds();
  const why = options.targetIs ? ` (${options.targetIs})` : "";
  process.stderr.write(`Target: ${options.target}${why}\n`);
  await makeRoom(options);
  const found = await preflight(options);
  const k6 = await findK6();
  const recording = new Recording();
  try {
    const result = await measure(k6, options, recording, promises, found);
    console.log(terminalReport(result));
    await writeReports(options, result);
    if (result.verdict === "broken") process.stderr.write(`BROKEN: ${result.reasons.join("; ")}\n`);
    return exits[result.verdict];
  } finally {
    // Last, for what it asks is counted by the SLI too.
    const left = await removeLeftover(options, recording);
    if (left !== undefined) process.stderr.write(`Left behind: ${left}\n`);
  }
}

async function measure(
  k6: string,
  options: LoadOptions,
  recording: Recording,
  promises: readonly ClientPromise[],
  { notes, release }: Found,
): Promise<LoadResult> {
  const { prometheus } = options.stores;
  const before = prometheus === undefined ? undefined : await readSli(prometheus);
  const standing = await standingOf(options, before);
  process.stderr.write(`Running ${options.shape} for ${shownSeconds(secondsOf(options.plan))} …\n`);
  const { outcome, unmarked, stop } = await run(k6, options, recording);
  if (options.stores.prometheus ?? options.stores.tempo)
    process.stderr.write("Asking the stores what arrived there …\n");
  const ran = { runId: options.runId, recording, cutOff: cutOffIn(outcome.summary) };
  const { agreement, calls, after, away } = await askStores(options, ran, before, patienceAfter(stop, sleep));
  const releaseAfter = await releaseOf(options.target);
  const around = { seconds: secondsOf(options.plan), requests: recording.size };
  return resultOf({
    ...{ options, outcome, recording, promises, release, agreement, calls, away },
    grown: standing && after ? grown(standing, after, around) : [],
    notes: [
      ...notes,
      ...[crowdedWords(agreement) ?? []].flat(),
      ...(unmarked === undefined ? [] : [`the run is not marked in Prometheus: ${unmarked}`]),
      ...(releaseAfter === release
        ? []
        : [`${release} was deployed at the start, ${releaseAfter} at the end`]),
    ],
  });
}

async function pack(options: LoadOptions, file: string): Promise<number> {
  const runners = await writeArchive(await findK6(), options, file);
  console.log(`${file}: ${options.shape} against ${options.target}, for ${runners} runners.`);
  return 0;
}

/** What the stores say of the run. One that is away by now breaks the run; what was measured is still told. */
async function askStores(options: LoadOptions, ran: Ran, before: SliReading | undefined, patience: Patience) {
  const away: string[] = [];
  const unlessAway = <T>(asked: Promise<T>, none: T) =>
    asked.catch((error: unknown) => {
      if (!(error instanceof StoreAway)) throw error;
      away.push(error.message);
      return none;
    });
  const { stores } = options;
  const agreement = before && (await unlessAway(agreementOf(stores, ran, before, patience), undefined));
  const calls = await unlessAway(callsOf(options, ran, patience, agreement), undefined);
  const after = await unlessAway(standingOf(options, before), undefined);
  return {
    ...{ agreement, after, calls: calls ?? [] },
    away: [...away, ...(stores.tempo && calls ? untold(calls, ran.recording.answered()) : [])],
  };
}

/** The spans have all come when client and SLI agree on them. */
async function callsOf(
  { stores: { tempo } }: LoadOptions,
  ran: Ran,
  patience: Patience,
  agreement?: Agreement,
) {
  const { runId, recording } = ran;
  if (tempo === undefined) return [];
  if (agreement === undefined) await storedSpans(tempo, ran, patience);
  return readCalls(tempo, runId, recording.routes, windowOf(recording));
}

/** A soak run watches the stack too. */
async function standingOf({ shape, stores: { prometheus } }: LoadOptions, before: SliReading | undefined) {
  return shape === "soak" && prometheus && before ? readStanding(prometheus, before.atMs) : undefined;
}

async function run(k6: string, options: LoadOptions, recording: Recording) {
  const screen = screenOn(process.stderr);
  const { prometheus, tempo } = options.stores;
  const mark = markRun(prometheus, options.shape);
  const stop = new Stop();
  let k6Runs = true;
  stop.onFirst(() => {
    screen.clearStatus();
    const hasStores = prometheus !== undefined || tempo !== undefined;
    process.stderr.write(`${stoppingWords({ k6Runs, hasStores })}\n`);
  });
  const show = progressOn(screen, options.plan);
  try {
    const onProgress = (progress: Progress) => stop.at === undefined && show(progress);
    const outcome = await runK6(k6, options, recording, onProgress, stop);
    k6Runs = false;
    return { outcome, stop, unmarked: await mark.end() };
  } catch (error) {
    await mark.end();
    throw error;
  } finally {
    screen.clearStatus();
  }
}
