import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { callCron } from "../stack/cron.ts";
import { dataFolder, openDataFolder } from "../stack/data-folder.ts";
import { freePorts } from "../stack/free-ports.ts";
import { type Frontdesk, startFrontdesk } from "../stack/frontdesk.ts";
import { Lifeline } from "../stack/lifeline.ts";
import { startProbe } from "../stack/probe-child.ts";
import { silentScreen } from "../stack/screen.ts";
import { BrokenDrill } from "./broken-drill.ts";
import { requestsOf, routes } from "./callers.ts";
import { writeDrillWorker } from "./drill-worker.ts";
import { type Gate, openGate } from "./gate.ts";
import { lastRound } from "./last-round.ts";
import { countersOf, lengthOf, type Promised, recordedOf, type Stretch, writePast } from "./past.ts";
import { pulseOf, pulsePromises } from "./pulse.ts";
import { ask, type Request, type SteadyLoad, startLoad } from "./steady-load.ts";

const muteCommand = resolve(import.meta.dirname, "../mute.ts");

export type Trouble = { readonly down: number; readonly slow: number };

/** The real system, with gates where it can be cut off and a steady load in front. */
export type DrillSystem = {
  readonly frontdesk: Frontdesk;
  /** Between callers (cron included) and the Worker. */
  readonly callers: Gate;
  /** Between the Worker and its collector. */
  readonly telemetry: Gate;
  readonly load: SteadyLoad;
  /** What Prometheus has of the past: the stretches that were backfilled, then a silence until the load began. */
  readonly past: readonly Stretch[];
  readonly loadSince: number;
  /** Puts D1 in trouble for these shares of the requests. */
  trouble(shares: Trouble): Promise<void>;
  /** Asks so many requests at once, beside the load. @returns their statuses */
  ask(count: number): Promise<number[]>;
  /** Begins a deploy mute by the command that a deploy would use. */
  mute(): Promise<void>;
  /** Ends the Worker at once, as a deploy that goes wrong would, and waits until it answers again. */
  restartWorker(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the product behind faults on workerd and the native stack, in a folder and on ports of its own.
 *
 * @param past  written before Prometheus starts; ends when the system is started
 * @param rate  requests a second
 * @param promises  what the rules have recorded of it
 * @throws BrokenDrill, StartError
 */
export async function startSystem(
  past: readonly Stretch[],
  rate: number,
  promises: readonly Promised[],
): Promise<DrillSystem> {
  const root = await mkdtemp(join(tmpdir(), "frontdesk-detect-"));
  const life = new Lifeline();
  life.add({ stop: () => rm(root, { recursive: true, force: true }) });
  const onExit = () => {
    life.kill();
    // What was killed may still be writing.
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  process.once("exit", onExit);
  life.add({ stop: () => void process.removeListener("exit", onExit) });
  try {
    const folder = dataFolder(root);
    await openDataFolder(folder);
    const prometheus = folder.tool("prometheus");
    await mkdir(prometheus, { recursive: true });
    const endsAt = Math.floor(Date.now() / 1_000);
    if (past.length > 0)
      await writePast(
        [...countersOf(past, routes), ...pulseOf(), ...recordedOf(past, [...promises, ...pulsePromises])],
        { endsAt, seconds: lengthOf(past) },
        { scratch: root, data: prometheus },
      );
    return await start({ root, life, past, endsAt, rate });
  } catch (error) {
    await life.stop();
    throw error;
  }
}

type Setting = {
  readonly root: string;
  readonly life: Lifeline;
  readonly past: readonly Stretch[];
  readonly endsAt: number;
  readonly rate: number;
};

async function start({ root, life, past, endsAt, rate }: Setting): Promise<DrillSystem> {
  const [ports, gates] = [await freePorts(), await freePorts()];
  const telemetry = await openGate(gates.tap, ports.tap);
  const callers = await openGate(gates.api, ports.api);
  for (const gate of [telemetry, callers]) life.add({ stop: () => gate.close() });
  const frontdesk = await startFrontdesk(
    {
      ...{ data: root, ports, stack: "native", trace: "off", cron: false, probe: false },
      console: false,
      config: await writeDrillWorker(join(root, "drill")),
      variables: { OTLP_ENDPOINT: telemetry.url },
    },
    life,
  );
  const outcome = await frontdesk.stackReady;
  if (outcome.outcome === "absent") throw new BrokenDrill(`There is no stack: ${outcome.why}`);
  if (!frontdesk.demo) throw new BrokenDrill("The demo tenant could not be made.");
  await probeThrough(gates.api, frontdesk, life);
  // Beats come with the load, so that it is known when.
  life.add(callCron(callers.url, () => undefined));
  const loadSince = Date.now();
  const requests = requestsOf(frontdesk.demo);
  const load = startLoad(callers.url, requests, rate);
  life.add({ stop: () => load.stop() });
  return {
    ...{ frontdesk, callers, telemetry, load, loadSince },
    past: [...past, { seconds: loadSince / 1_000 - endsAt, perSecond: 0 }],
    trouble: (shares) => setTrouble(frontdesk.urls.api, shares),
    ask: (count) =>
      Promise.all(Array.from({ length: count }, () => ask(callers.url, requests[0] as Request))),
    mute: () => beginMute(frontdesk),
    restartWorker: () => restartWorker(frontdesk),
    stop: () => life.stop(),
  };
}

/** The probe asks through the gate, as everybody does. */
async function probeThrough(
  api: number,
  { ports, data, secrets, urls }: Frontdesk,
  life: Lifeline,
): Promise<void> {
  const mark = { FRONTDESK_RUN: data.root };
  const setting = { ports: { ...ports, api }, folder: data, mark, secrets, screen: silentScreen };
  await startProbe(setting, life).ready;
  await until("the probe's first round", async () => (await lastRound(urls.prometheus)) !== undefined);
}

async function beginMute({ urls }: Frontdesk): Promise<void> {
  const how = ["--for", "10m", "--why", "a drill", "--by", "npm run detect"];
  const args = [muteCommand, ...how, "--alertmanager", urls.alertmanager];
  await promisify(execFile)(process.execPath, args).catch((error: { stderr?: string }) => {
    throw new BrokenDrill(`npm run mute did not work: ${error.stderr}`);
  });
}

async function restartWorker({ groups, urls }: Frontdesk): Promise<void> {
  const group = groups().Worker;
  if (group === undefined) throw new BrokenDrill("There is no Worker to restart.");
  process.kill(-group, "SIGKILL");
  const isBack = async () => groups().Worker !== group && (await fetch(`${urls.api}/v1/health`)).ok;
  await until("the Worker's restart", isBack);
}

async function setTrouble(api: string, shares: Trouble): Promise<void> {
  const response = await fetch(`${api}/drill`, { method: "POST", body: JSON.stringify(shares) });
  if (response.status !== 204) throw new BrokenDrill(`The drill's Worker answered ${response.status}.`);
}

/** Waits until this is so. @throws BrokenDrill when it takes too long */
export async function until(what: string, isSo: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await isSo().catch(() => false)); await sleep(250))
    if (Date.now() > deadline) throw new BrokenDrill(`${what} did not happen in ${withinMs / 1_000} s.`);
}
