import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import type { LogFile } from "./log-file.ts";
import { listProcesses, signalGroup } from "./processes.ts";

export type ChildSpec = {
  readonly title: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers 2xx when the child is ready. */
  readonly ready: { readonly url: string; readonly timeoutSeconds: number };
  readonly log: LogFile;
  /** How often a ready one is asked; every 5 s by default. */
  readonly checkEveryMs?: number;
  /** A line that says that it will not answer again, although it runs: it is ended and started again. */
  readonly broken?: RegExp;
  /** It may keep its callers waiting from the one line to the other, so silence is no sign then. */
  readonly pause?: { readonly from: RegExp; readonly until: RegExp };
  /** False: a child that was never ready is given up at its first death, because trying again cannot help. */
  readonly restartedBeforeReady?: boolean;
  /** How long to wait before each new try. After the last one a child that never worked is given up, any other is tried slowly for ever. */
  readonly restartDelaysMs?: readonly number[];
};

export type ChildState = "starting" | "ready" | "restarting" | "given up" | "stopped";

/** `restartInMs` is undefined when it is given up, `inARow` counts from 1. */
export type Death = {
  readonly title: string;
  readonly reason: string;
  readonly lines: readonly string[];
  readonly inARow: number;
  readonly restartInMs: number | undefined;
};

export type ChildEvents = {
  onLine?(line: string): void;
  onState?(state: ChildState): void;
  onDeath?(death: Death): void;
  /** It answers again after it had died. */
  onReturn?(back: { readonly title: string; readonly awayMs: number }): void;
};

const defaultDelaysMs = [500, 1_000, 2_000, 4_000, 8_000];
/** What worked once may work again: its cause is mended, or memory is free. */
export const slowDelayMs = 60_000;
const healthyAfterMs = 60_000;
const pollMs = { starting: 100, ready: 5_000 };
/** Answers that a ready child may miss in a row: a busy machine keeps a healthy one from answering for half a minute. */
const missesMax = 12;
const tailLines = 20;

/** A process that is kept running: started in its own group, watched, restarted with backoff; given up aloud if it never worked. */
export class Child {
  readonly spec: ChildSpec;
  /** Resolves at the first answer; rejects with the last lines when the child is given up or stopped before. */
  readonly ready: Promise<void>;
  state: ChildState = "starting";
  group: number | undefined;
  wasReady = false;
  #events: ChildEvents;
  #process: ChildProcess | undefined;
  #tail: string[] = [];
  #deaths = 0;
  #awaySince: number | undefined;
  #killedBecause: string | undefined;
  #paused = false;
  #settle = Promise.withResolvers<void>();
  #stopping = new AbortController();

  constructor(spec: ChildSpec, events: ChildEvents = {}) {
    this.spec = spec;
    this.#events = events;
    this.ready = this.#settle.promise;
    this.ready.catch(() => undefined);
    void this.#keepRunning();
  }

  /** TERM to the whole group, KILL after the grace; returns when nothing of it is alive. */
  async stop(graceMs = 5_000): Promise<void> {
    this.#stopping.abort();
    this.#become("stopped");
    this.#settle.reject(new Error(`${this.spec.title} was stopped.`));
    const { group } = this;
    if (group === undefined) return;
    signalGroup(group, "SIGTERM");
    if (!(await groupIsGone(group, graceMs))) signalGroup(group, "SIGKILL");
    await groupIsGone(group, 2_000);
  }

  /** Ends the group at once, without a goodbye. */
  kill(): void {
    this.#stopping.abort();
    this.#become("stopped");
    if (this.group !== undefined) signalGroup(this.group, "SIGKILL");
  }

  async #keepRunning(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const startedAt = Date.now();
      const reason = await this.#runOnce();
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - startedAt > healthyAfterMs) this.#deaths = 0;
      const restartInMs = this.#nextDelayMs();
      const inARow = ++this.#deaths;
      this.#awaySince ??= Date.now();
      this.#become(restartInMs === undefined ? "given up" : "restarting");
      const { title } = this.spec;
      this.#events.onDeath?.({ title, reason, lines: [...this.#tail], inARow, restartInMs });
      if (restartInMs === undefined) return this.#settle.reject(givenUp(title, reason, this.#tail));
      await sleep(restartInMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #nextDelayMs(): number | undefined {
    if (this.spec.restartedBeforeReady === false && !this.wasReady) return undefined;
    const quick = (this.spec.restartDelaysMs ?? defaultDelaysMs)[this.#deaths];
    return quick ?? (this.wasReady ? slowDelayMs : undefined);
  }

  /** Returns why it ended. */
  async #runOnce(): Promise<string> {
    const { file, args, cwd, env } = this.spec;
    this.#tail = [];
    this.#killedBecause = undefined;
    this.#paused = false;
    const child = spawn(file, args, {
      cwd,
      env: env as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#process = child;
    this.group = child.pid;
    this.#become("starting");
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => this.#line(line));
    const watch = new AbortController();
    void this.#watch(watch.signal);
    const reason = await new Promise<string>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("exit", (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
    watch.abort();
    // What the child itself started must not outlive it: the next one would find its ports taken.
    if (this.group !== undefined) signalGroup(this.group, "SIGKILL");
    return this.#killedBecause ?? reason;
  }

  async #watch(over: AbortSignal): Promise<void> {
    const deadline = Date.now() + this.spec.ready.timeoutSeconds * 1000;
    let misses = 0;
    let answeredAt = Date.now();
    while (!over.aborted && !this.#stopping.signal.aborted) {
      const isUp = await answers(this.spec.ready.url, over);
      if (over.aborted || this.#stopping.signal.aborted) return;
      if (isUp) {
        misses = 0;
        answeredAt = Date.now();
        if (this.state !== "ready") this.#become("ready");
        this.wasReady = true;
        this.#tellReturn();
        this.#settle.resolve();
      } else if (this.state === "ready") {
        misses = this.#paused ? 0 : misses + 1;
        if (misses >= missesMax)
          this.#end(`ended after ${Math.round((Date.now() - answeredAt) / 1000)} s without an answer`);
      } else if (Date.now() > deadline)
        this.#end(`did not answer within ${this.spec.ready.timeoutSeconds} s`);
      const pauseMs = this.state === "ready" ? (this.spec.checkEveryMs ?? pollMs.ready) : pollMs.starting;
      await sleep(pauseMs, undefined, { signal: over }).catch(() => undefined);
    }
  }

  #tellReturn(): void {
    if (this.#awaySince === undefined) return;
    const awayMs = Date.now() - this.#awaySince;
    this.#awaySince = undefined;
    this.#events.onReturn?.({ title: this.spec.title, awayMs });
  }

  #end(because: string): void {
    this.#killedBecause = because;
    if (this.#process?.pid !== undefined) signalGroup(this.#process.pid, "SIGKILL");
  }

  #line(coloured: string): void {
    const line = stripVTControlCharacters(coloured);
    const { broken, pause } = this.spec;
    if (pause?.from.test(line)) this.#paused = true;
    else if (pause?.until.test(line)) this.#paused = false;
    const [said] = broken?.exec(line) ?? [];
    if (said !== undefined && !this.#stopping.signal.aborted) this.#end(`it said "${said}"`);
    this.spec.log.write(line);
    if (line.trim() !== "") this.#tail = [...this.#tail, line].slice(-tailLines);
    this.#events.onLine?.(line);
  }

  #become(state: ChildState): void {
    if (this.state === "stopped" || this.state === state) return;
    this.state = state;
    this.#events.onState?.(state);
  }
}

function givenUp(title: string, reason: string, lines: readonly string[]): Error {
  return new Error([`${title} does not run (${reason}).`, ...lines.map((line) => `  ${line}`)].join("\n"));
}

async function answers(url: string, over: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([over, AbortSignal.timeout(4_000)]) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function groupIsGone(group: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; ; await sleep(30)) {
    if (!listProcesses().some((candidate) => candidate.group === group)) return true;
    if (Date.now() > deadline) return false;
  }
}
