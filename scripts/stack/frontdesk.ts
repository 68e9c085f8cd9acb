import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setInterval } from "node:timers";
import { type DemoTenant, seedDemo } from "../seed.ts";
import { type TracePrinter, tracePrinter } from "../tap/printer.ts";
import { startTap, type Tap } from "../tap/tap.ts";
import { Child } from "./child.ts";
import { type ConsoleOutcome, startConsole } from "./console.ts";
import { callCron } from "./cron.ts";
import { type DataFolder, dataFolder, openDataFolder, resetDataFolder } from "./data-folder.ts";
import { chooseEngine } from "./engine.ts";
import type { StackChoice, TraceMode } from "./flags.ts";
import { freePorts, takenPorts } from "./free-ports.ts";
import { type Claim, claimDataFolder } from "./leftovers.ts";
import { Lifeline } from "./lifeline.ts";
import { residentMegabytes } from "./memory.ts";
import { migrate } from "./migrate.ts";
import type { Ports } from "./ports.ts";
import { startProbeIfFree } from "./probe-child.ts";
import { type Screen, silentScreen } from "./screen.ts";
import { ensureSecrets, type Secrets, writeEnvFile } from "./secrets.ts";
import { StartError } from "./start-error.ts";
import { noticesOn, type Stack, type StackOutcome, superviseStack } from "./supervise.ts";
import { writeTailConfig } from "./tail-config.ts";
import { defaultWranglerConfig, errorLines, workerSpec } from "./worker-dev.ts";

export type StartOptions = {
  readonly data: string;
  readonly ports: Ports | "free";
  readonly stack: StackChoice;
  readonly trace?: TraceMode;
  /** Where progress is shown; nowhere by default. */
  readonly screen?: Screen;
  readonly reset?: boolean;
  /** False: the scheduled handler is not called by itself. */
  readonly cron?: boolean;
  /** False: the probe does not run beside the stack. */
  readonly probe?: boolean;
  /** False: no console is built or served. */
  readonly console?: boolean;
  /** False: no demo tenant. */
  readonly seed?: boolean;
  /** Variables of the Worker that differ from wrangler.toml. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Another wrangler.toml, e.g. of a test's own Worker. */
  readonly config?: string;
};

export type Frontdesk = {
  readonly ports: Ports;
  /** `http://127.0.0.1:<port>` of everything that answers HTTP, by port name. */
  readonly urls: Readonly<Record<keyof Ports, string>>;
  readonly secrets: Secrets;
  readonly demo: DemoTenant | undefined;
  readonly data: DataFolder;
  /** Process ids of the supervised children by title; each leads its own group. */
  readonly groups: () => Record<string, number | undefined>;
  /** Resident megabytes by title, Worker included. */
  readonly memory: () => Record<string, number>;
  readonly stackReady: Promise<StackOutcome>;
  /** Settles after the stack; a first start builds the console meanwhile. Never rejects. */
  readonly consoleReady: Promise<ConsoleOutcome>;
  stop(): Promise<void>;
  kill(): void;
};

/**
 * Starts the API, and the stack beside it: resolves when the API answers and its demo tenant is there.
 *
 * @param life  ends it, also while it is still starting
 * @throws StartError whose message says what to do; nothing is left running then
 */
export async function startFrontdesk(options: StartOptions, life = new Lifeline()): Promise<Frontdesk> {
  try {
    return await start(options, life);
  } catch (error) {
    await life.stop();
    throw error;
  }
}

async function start(options: StartOptions, life: Lifeline): Promise<Frontdesk> {
  const screen = options.screen ?? silentScreen;
  const ports = options.ports === "free" ? await freePorts() : options.ports;
  const { folder, claim } = await prepareFolder(options, ports, screen, life);
  const printer = tracePrinter(screen, shownAtFirst(options.trace ?? "auto"));
  const tap = await openTap(ports, printer, screen, life);
  const secrets = await ensureSecrets(folder);
  const all: Ports = { ...ports, tap: tap.port };
  const children: { stack?: Stack; probe?: Child | undefined } = {};
  // Ended after the Worker, so that its last telemetry still arrives.
  life.add({
    stop: async () => {
      await tap.backlog.drain(1_500);
      await children.stack?.stop();
    },
    kill: () => children.stack?.kill(),
  });
  const worker = await startWorker(options, { folder, claim, ports: all, secrets, screen, life });
  const groups = () => ({
    Worker: worker.group,
    ...(children.probe && { probe: children.probe.group }),
    ...Object.fromEntries([...(children.stack?.children ?? [])].map(([name, child]) => [name, child.group])),
  });
  keepRecord(claim, groups, life);
  await requireReady(worker, screen, life);
  const urls = Object.fromEntries(
    Object.entries(all).map(([name, port]) => [name, `http://127.0.0.1:${port}`]),
  ) as Frontdesk["urls"];
  claim.serve(urls);
  void recordNow(claim, groups);
  const demo = options.seed === false ? undefined : await seed(urls.api, screen, life);
  if (options.cron !== false)
    life.add(callCron(urls.api, (message) => screen.print(screen.paint.yellow(message))));

  const engine = await chooseEngine(options.stack);
  const stack = superviseStack({
    ...{ ports: all, folder, mark: claim.mark, screen, signal: life.signal, engine, tap },
    reset: options.reset ?? false,
    onChange: () => void recordNow(claim, groups),
  });
  children.stack = stack;
  const stackReady = stack.ready.then(async (outcome) => {
    if (outcome.outcome === "ready" && options.probe !== false && !life.signal.aborted) {
      const setting = { ports: all, folder, mark: claim.mark, secrets, screen };
      children.probe = await startProbeIfFree(setting, life);
      await children.probe?.ready.catch(() => undefined);
      void recordNow(claim, groups);
    }
    return settle(outcome, options.trace ?? "auto", printer);
  });
  const wanted = { ports: all, mark: claim.mark, screen, isWanted: options.console !== false };
  return {
    ...{ ports: all, urls, secrets, demo, data: folder, groups },
    memory: () => residentMegabytes(groups()),
    stackReady,
    consoleReady: stackReady.then((outcome) => startConsole(wanted, outcome, life)),
    stop: () => life.stop(),
    kill: () => life.kill(),
  };
}

async function prepareFolder(options: StartOptions, ports: Ports, screen: Screen, life: Lifeline) {
  const folder = dataFolder(options.data);
  const isNew = !existsSync(folder.root);
  await openDataFolder(folder);
  const claim = await claimDataFolder(folder);
  life.add({
    stop: async () => {
      await claim.endRest();
      await claim.release();
    },
    kill: () => claim.killRest(),
  });
  if (claim.ended.length > 0)
    screen.print(`Ended what an earlier start had left: ${claim.ended.join(", ")}.`);
  // Now, not before: what an earlier start had left may have held it.
  await requireApiPort(ports).catch((error: unknown) => {
    if (isNew) life.add({ stop: () => rm(folder.root, { recursive: true, force: true }) });
    throw error;
  });
  if (options.reset) {
    await resetDataFolder(folder);
    await openDataFolder(folder);
    screen.print(`Emptied ${folder.root}.`);
  }
  return { folder, claim };
}

async function requireApiPort(ports: Ports): Promise<void> {
  const [taken] = await takenPorts(ports, ["api"]);
  if (taken)
    throw new StartError(
      `Port ${taken.port} of the API is in use: ${taken.by}. Stop it, or choose another: --port N.`,
    );
}

function shownAtFirst(trace: TraceMode): TracePrinter["shown"] {
  if (trace === "off") return "nothing";
  return trace === "all" ? "all" : "requests";
}

/** Grafana comes with the containers only; without a viewer the terminal goes on showing traces. */
function settle(outcome: StackOutcome, trace: TraceMode, printer: TracePrinter): StackOutcome {
  if (trace === "auto" && outcome.outcome === "ready" && outcome.engine === "docker")
    printer.shown = "nothing";
  return outcome;
}

async function openTap(ports: Ports, printer: TracePrinter, screen: Screen, life: Lifeline): Promise<Tap> {
  let told = false;
  const onDrop = (reason: string) => {
    if (!told) screen.print(screen.paint.yellow(`Telemetry was dropped: the collector answered ${reason}`));
    told = true;
  };
  const [taken] = await takenPorts(ports, ["tap"]);
  if (taken)
    screen.print(
      `Port ${taken.port} (OpenTelemetry) is in use (${taken.by}): another one is taken for telemetry.`,
    );
  const tap = await startTap(taken ? 0 : ports.tap, printer, { onDrop });
  // Traces of the end would stand below "Stopping".
  life.signal.addEventListener("abort", () => printer.close(), { once: true });
  life.add({
    stop: () => tap.close(),
  });
  return tap;
}

type WorkerSetting = {
  folder: DataFolder;
  claim: Claim;
  ports: Ports;
  secrets: Secrets;
  screen: Screen;
  life: Lifeline;
};

async function startWorker(options: StartOptions, setting: WorkerSetting): Promise<Child> {
  const { folder, claim, ports, secrets, screen, life } = setting;
  const config = options.config ?? defaultWranglerConfig;
  screen.status("migrations", "Applying migrations …");
  await migrate({ folder, config, mark: claim.mark, signal: life.signal });
  const tapUrl = `http://127.0.0.1:${ports.tap}`;
  await writeEnvFile(folder, {
    ...secrets,
    OTLP_ENDPOINT: tapUrl,
    ...options.variables,
  });
  // A test's own Worker names no tail consumer.
  const tailConfig = options.config
    ? undefined
    : await writeTailConfig(folder.root, options.variables?.OTLP_ENDPOINT ?? tapUrl);
  screen.status("worker", "Starting the Worker …");
  const [errorOf, notices] = [errorLines(), noticesOn(screen)];
  const worker: Child = new Child(
    workerSpec({ folder, config, port: ports.api, mark: claim.mark, tailConfig }),
    {
      onLine: (line) => {
        const shown = errorOf(line);
        if (shown !== undefined) screen.print(screen.paint.red(shown));
      },
      ...notices,
      // Before it ever answered, the error of the start says why.
      onDeath: (death) => worker.wasReady && notices.onDeath(death),
    },
  );
  life.add({ stop: () => worker.stop(), kill: () => worker.kill() });
  return worker;
}

async function requireReady(worker: Child, screen: Screen, life: Lifeline): Promise<void> {
  await worker.ready.catch((error: Error) => {
    life.signal.throwIfAborted();
    throw new StartError(`${error.message}\nThe whole log: ${worker.spec.log.path}`);
  });
  screen.clearStatus();
}

/** An API without demo data is of more use than none. */
async function seed(api: string, screen: Screen, life: Lifeline): Promise<DemoTenant | undefined> {
  try {
    return await seedDemo(api, life.signal);
  } catch (error) {
    life.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    screen.print(screen.paint.yellow(`The demo tenant could not be made: ${reason}`));
    return undefined;
  }
}

/** Grandchildren come and go (workerd at every reload), so the record is renewed now and then. */
function keepRecord(claim: Claim, groups: () => Record<string, number | undefined>, life: Lifeline): void {
  const timer = setInterval(() => void recordNow(claim, groups), 5_000);
  timer.unref();
  life.add({ stop: () => clearInterval(timer) });
  void recordNow(claim, groups);
}

function recordNow(claim: Claim, groups: () => Record<string, number | undefined>): Promise<void> {
  const known = Object.values(groups()).filter((group) => group !== undefined);
  // A full disk loses the record, not the API; on Linux the mark still finds everything.
  return claim.record(known).catch(() => undefined);
}
