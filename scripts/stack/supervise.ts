import { setTimeout as sleep } from "node:timers/promises";
import type { Tap } from "../tap/tap.ts";
import { type Child, type ChildEvents, type Death, slowDelayMs } from "./child.ts";
import { composeDown, composePortTrouble, composeReset, composeUp } from "./docker-stack.ts";
import type { Engine } from "./engine.ts";
import { takenPorts } from "./free-ports.ts";
import {
  buildServices,
  type StackChild,
  type StackSetting,
  services,
  startServices,
} from "./native-stack.ts";
import type { PortName } from "./ports.ts";
import type { Screen } from "./screen.ts";
import type { ToolName } from "./tools.ts";

export type StackOutcome =
  | { readonly outcome: "ready"; readonly engine: "native" | "docker"; readonly seconds: number }
  /** The API runs on without it; the message says why and what to do. */
  | { readonly outcome: "absent"; readonly why: string };

export type Stack = {
  /** Settles when the stack can be used, or will not be. Never rejects. */
  readonly ready: Promise<StackOutcome>;
  /** Children of the native engine that run now. */
  readonly children: ReadonlyMap<ToolName, Child>;
  stop(): Promise<void>;
  kill(): void;
};

export type StackOptions = StackSetting & {
  readonly engine: Engine;
  readonly tap: Tap;
  readonly reset: boolean;
  /** Something was started or has ended. */
  readonly onChange: () => void;
};

/** Builds and runs the stack beside the API, on the engine chosen. */
export function superviseStack(options: StackOptions): Stack {
  const children = new Map<ToolName, Child>();
  const over = new AbortController();
  const setting: StackOptions = { ...options, signal: AbortSignal.any([options.signal, over.signal]) };
  let containers = false;
  const start = async (): Promise<StackOutcome> => {
    const started = Date.now();
    const { engine, tap } = setting;
    const absent = (why: string): StackOutcome => {
      if (children.get("collector")?.state !== "ready") tap.backlog.discard();
      return { outcome: "absent", why };
    };
    if (engine.kind === "none") return absent(engine.why);
    try {
      if (engine.kind === "native") await startNative(setting, children);
      else {
        containers = true;
        await startContainers(setting);
      }
      return { outcome: "ready", engine: engine.kind, seconds: Math.round((Date.now() - started) / 1000) };
    } catch (error) {
      return absent(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    ready: start(),
    children,
    kill: () => {
      over.abort();
      for (const child of children.values()) child.kill();
    },
    stop: async () => {
      over.abort();
      if (containers) await composeDown(setting);
      // The collector first: what it still holds goes to the others.
      await children.get("collector")?.stop();
      await Promise.all([...children.values()].map((child) => child.stop()));
    },
  };
}

async function startNative(options: StackOptions, children: Map<ToolName, Child>): Promise<void> {
  await requirePorts(options);
  const binaries = await buildServices(options);
  options.signal.throwIfAborted();
  const started = await startServices(options, binaries, (name) => eventsOf(name, options));
  for (const { name, child } of started) children.set(name, child);
  if (options.signal.aborted) {
    for (const { child } of started) child.kill();
    options.signal.throwIfAborted();
  }
  await allReady(started, options);
}

async function allReady(started: readonly StackChild[], { screen }: StackOptions): Promise<void> {
  const ticks = setInterval(() => {
    const waiting = started
      .filter(({ child }) => child.state !== "ready")
      .map(({ child }) => child.spec.title);
    if (waiting.length > 0) screen.status("ready", `Waiting for ${waiting.join(", ")} …`);
  }, 1_000);
  const results = await Promise.allSettled(started.map(({ child }) => child.ready));
  clearInterval(ticks);
  screen.clearStatus();
  const failed = results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join("\n"));
}

function eventsOf(name: ToolName, { tap, screen, ports, onChange }: StackOptions): ChildEvents {
  return {
    ...noticesOn(screen),
    onState: (state) => {
      onChange();
      if (name !== "collector") return;
      if (state === "ready") tap.backlog.forwardTo(`http://127.0.0.1:${ports.collector}`);
      else if (state === "given up") tap.backlog.discard();
      else tap.backlog.hold();
    },
  };
}

/** Tells the person at the terminal when a child ends by itself, and when it is back. */
export const noticesOn = (screen: Screen): Required<Pick<ChildEvents, "onDeath" | "onReturn">> => ({
  onDeath: (death) => screen.print(deathNotice(death, screen)),
  onReturn: ({ title, awayMs }) =>
    screen.print(screen.paint.green(`✓ ${title} is back after ${(awayMs / 1000).toFixed(1)} s.`)),
});

/** What to tell about a child that ended by itself. */
export function deathNotice(
  { title, reason, lines, inARow, restartInMs }: Death,
  { paint }: Pick<Screen, "paint">,
): string {
  const often = inARow > 1 ? `, ${inARow} times in a row` : "";
  const shown = lines.slice(-8).map((line) => paint.dim(`  ${line}`));
  return [`${paint.red(`✗ ${title} died`)} (${reason}${often}). ${next(restartInMs, paint)}`, ...shown].join(
    "\n",
  );
}

function next(restartInMs: number | undefined, paint: Screen["paint"]): string {
  if (restartInMs === undefined)
    return paint.red("It is given up; stop and start again when the cause is mended.");
  if (restartInMs < slowDelayMs) return `It is started again in ${restartInMs / 1000} s.`;
  return paint.yellow(
    `From now on it is tried every ${restartInMs / 1000} s until it stays; everything else runs on.`,
  );
}

async function requirePorts({ ports }: StackOptions): Promise<void> {
  const names = services.flatMap(({ service }) => service.ports) as PortName[];
  const taken = await takenPorts(ports, names);
  if (taken.length === 0) return;
  const list = taken.map(({ port, name, by }) => `  port ${port} (${name}) is in use: ${by}`);
  throw new Error(
    ["The stack cannot start:", ...list, "Stop what uses them, or start with --free-ports."].join("\n"),
  );
}

async function startContainers(options: StackOptions): Promise<void> {
  const trouble = composePortTrouble(options.ports);
  if (trouble) throw new Error(trouble);
  if (options.reset) await composeReset(options);
  await composeUp(options);
  await collectorAnswers(options);
  options.tap.backlog.forwardTo(`http://127.0.0.1:${options.ports.collector}`);
}

/** The collector's image has no shell, so compose itself cannot ask whether it is healthy. */
async function collectorAnswers({ ports, signal }: StackOptions): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500, undefined, { signal })) {
    const isUp = await fetch(`http://127.0.0.1:${ports.collectorHealth}/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
  }
  throw new Error(
    "The containers run, but the collector does not answer: see `docker compose logs collector`.",
  );
}
