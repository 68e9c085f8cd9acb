import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { Child, type ChildSpec, type Death, slowDelayMs } from "../../../scripts/stack/child.ts";
import { freePorts } from "../../../scripts/stack/free-ports.ts";
import { LogFile } from "../../../scripts/stack/log-file.ts";
import { listProcesses } from "../../../scripts/stack/processes.ts";
import { silentScreen } from "../../../scripts/stack/screen.ts";
import { noticesOn } from "../../../scripts/stack/supervise.ts";

const children: Child[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await child.stop(0);
});

/** Starts a Node program as a supervised child; `PORT` is a free port that it may answer on. */
async function supervise(program: string, change: Partial<ChildSpec> = {}, restartDelaysMs = [10, 10]) {
  const { api: port } = await freePorts();
  const deaths: Death[] = [];
  const returns: { title: string; awayMs: number }[] = [];
  const spec: ChildSpec = {
    title: "Tool",
    file: process.execPath,
    args: ["-e", program],
    cwd: tmpdir(),
    env: { ...process.env, PORT: String(port) },
    ready: { url: `http://127.0.0.1:${port}/`, timeoutSeconds: 20 },
    log: new LogFile(join(mkdtempSync(join(tmpdir(), "frontdesk-log-")), "tool.log")),
    restartDelaysMs,
    ...change,
  };
  const child = new Child(spec, {
    onDeath: (death) => deaths.push(death),
    onReturn: (back) => returns.push(back),
  });
  children.push(child);
  return { child, deaths, returns };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(20);
}

const server =
  "const s = require('node:http').createServer((q, r) => r.end('ok')).listen(process.env.PORT, '127.0.0.1');";
const inGroup = (group = -1) => listProcesses().filter((one) => one.group === group);

describe("A supervised child", () => {
  it("is ready when it answers, and leads a group of its own", async () => {
    const { child } = await supervise(server);
    await child.ready;
    expect(child.state).toBe("ready");
    expect(inGroup(child.group).map(({ pid }) => pid)).toEqual([child.group]);
  });

  it("that dies is named with its last lines and started again", async () => {
    const { child, deaths, returns } = await supervise(
      `${server} console.error('out of luck'); setTimeout(() => process.exit(3), 200)`,
    );
    await until(() => deaths.length > 0);
    expect(deaths[0]).toEqual({
      title: "Tool",
      reason: "exit code 3",
      lines: ["out of luck"],
      inARow: 1,
      restartInMs: 10,
    });
    await until(() => returns.length > 0);
    expect([child.state, returns[0]?.title]).toEqual(["ready", "Tool"]);
    expect(returns[0]?.awayMs).toBeGreaterThanOrEqual(10);
  });

  it("that worked once is never given up: after its quick tries it is tried slowly", async () => {
    const { deaths, returns } = await supervise(`${server} setTimeout(() => process.exit(3), 400)`, {}, [10]);
    await until(() => deaths.length === 2);
    expect(deaths.map(({ inARow, restartInMs }) => [inARow, restartInMs])).toEqual([
      [1, 10],
      [2, slowDelayMs],
    ]);
    expect(returns).toHaveLength(1);
  });

  it("that never worked is given up aloud, after as many tries as there are delays", async () => {
    const { child, deaths } = await supervise("console.log('no configuration'); process.exit(1)");
    await expect(child.ready).rejects.toThrow("Tool does not run (exit code 1).\n  no configuration");
    expect(deaths.map(({ restartInMs }) => restartInMs)).toEqual([10, 10, undefined]);
    expect(child.state).toBe("given up");
  });

  it("that cannot start may be given up at once, and yet be started again after it had worked", async () => {
    const once = { restartedBeforeReady: false };
    const { deaths } = await supervise("process.exit(1)", once);
    await until(() => deaths.length > 0);
    expect(deaths[0]?.restartInMs).toBeUndefined();
    const working = await supervise(`${server} setTimeout(() => process.exit(3), 500)`, once);
    await until(() => working.deaths.length > 0);
    expect(working.deaths[0]?.restartInMs).toBe(10);
  });

  it("whose program is missing is given up, too", async () => {
    const { child } = await supervise("", { file: "/no/such/program" }, []);
    await expect(child.ready).rejects.toThrow(/Tool does not run \(spawn \/no\/such\/program ENOENT\)/);
  });

  it("that never answers is ended and says so", async () => {
    const silent = { url: "http://127.0.0.1:9/", timeoutSeconds: 0.3 };
    const { child } = await supervise("setInterval(() => {}, 1000)", { ready: silent }, []);
    await expect(child.ready).rejects.toThrow("did not answer within 0.3 s");
    expect(inGroup(child.group)).toEqual([]);
  });

  it("that says it is broken, yet runs on, is ended, named and started again", async () => {
    const program = `${server} setTimeout(() => console.log('the runtime crashed (#1)'), 300)`;
    const { child, deaths } = await supervise(program, { broken: /the runtime crashed/ });
    await until(() => deaths.length > 0);
    expect(deaths[0]).toMatchObject({ reason: 'it said "the runtime crashed"', restartInMs: 10 });
    await until(() => child.state === "ready");
  });

  const silent = `${server} setInterval(() => {}, 1000); setTimeout(() => { s.close(); s.closeAllConnections(); }, 300);`;
  it("that falls silent is ended and started again", async () => {
    const { deaths } = await supervise(silent, { checkEveryMs: 10 });
    await until(() => deaths.length > 0);
    expect(deaths[0]).toMatchObject({ reason: "ended after 0 s without an answer", restartInMs: 10 });
  });

  it("that said why it is silent is left alone until it said that it goes on", async () => {
    const program = `${silent}
      setTimeout(() => console.log('paused'), 200); setTimeout(() => console.log('going on'), 1500);`;
    const pause = { from: /paused/, until: /going on/ };
    const { deaths } = await supervise(program, { checkEveryMs: 10, pause });
    await until(() => deaths.length > 0);
    expect(deaths[0]?.lines).toEqual(["paused", "going on"]);
  });

  it("that is silent from the start is not waited for longer because it said why", async () => {
    const ready = { url: "http://127.0.0.1:9/", timeoutSeconds: 0.5 };
    const program = "console.log('paused'); setInterval(() => {}, 1000)";
    const { child } = await supervise(program, { ready, pause: { from: /paused/, until: /going on/ } }, []);
    await expect(child.ready).rejects.toThrow("did not answer within 0.5 s");
  });

  it("takes what it started with it when it dies, so that the next one finds its ports free", async () => {
    const program =
      "require('node:child_process').spawn('sleep', ['300']); setTimeout(() => process.exit(0), 200)";
    const { child, deaths } = await supervise(program, {}, []);
    const { group } = child;
    await until(() => deaths.length > 0);
    await until(() => inGroup(group).length === 0);
  });

  it("is stopped with all that it started, by force after the grace", async () => {
    const stubborn = `process.on('SIGTERM', () => {}); require('node:child_process').spawn('sleep', ['300']); ${server}`;
    const { child, deaths } = await supervise(stubborn);
    await child.ready;
    await until(() => inGroup(child.group).length === 2);
    await child.stop(100);
    expect(inGroup(child.group)).toEqual([]);
    expect(deaths).toEqual([]);
    expect(child.state).toBe("stopped");
  });

  it("is stopped while it waits for its next try", async () => {
    const { child, deaths } = await supervise("process.exit(1)", {}, [60_000]);
    await until(() => deaths.length > 0);
    await child.stop();
    await expect(child.ready).rejects.toThrow("Tool was stopped.");
  });

  it("writes its output to its log, without colours", async () => {
    const { child } = await supervise(`${server} console.log('\\x1b[31mred\\x1b[0m words')`);
    await child.ready;
    await child.stop();
    await child.spec.log.close();
    expect(readFileSync(child.spec.log.path, "utf8")).toBe("red words\n");
  });
});

it("A death is told in plain words, and so is the return", () => {
  const said: string[] = [];
  const { onDeath, onReturn } = noticesOn({ ...silentScreen, print: (text) => said.push(text) });
  const death = { title: "Tempo", reason: "exit code 1", lines: ["disk full"] };
  onDeath({ ...death, inARow: 1, restartInMs: 500 });
  onDeath({ ...death, inARow: 6, restartInMs: slowDelayMs });
  onDeath({ ...death, inARow: 6, restartInMs: undefined });
  onReturn({ title: "Tempo", awayMs: 1_540 });
  expect(said).toEqual([
    "✗ Tempo died (exit code 1). It is started again in 0.5 s.\n  disk full",
    "✗ Tempo died (exit code 1, 6 times in a row). From now on it is tried every 60 s until it stays; everything else runs on.\n  disk full",
    "✗ Tempo died (exit code 1, 6 times in a row). It is given up; stop and start again when the cause is mended.\n  disk full",
    "✓ Tempo is back after 1.5 s.",
  ]);
});
