import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { dataFolder } from "../../../scripts/stack/data-folder.ts";
import { claimDataFolder } from "../../../scripts/stack/leftovers.ts";
import { identify, isAlive, listProcesses } from "../../../scripts/stack/processes.ts";

const folder = () => dataFolder(mkdtempSync(join(tmpdir(), "frontdesk-run-")));
const gone = { pid: 999_999_999, started: "long ago" };
const started: ChildProcess[] = [];

function sleeper(env: Record<string, string> = {}): number {
  const child = spawn("sleep", ["300"], { env: { PATH: process.env.PATH ?? "", ...env }, stdio: "ignore" });
  started.push(child);
  return child.pid ?? 0;
}

function identity(pid: number) {
  const found = identify(pid);
  if (!found) throw new Error(`process ${pid} is not there`);
  return found;
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

describe("A data folder", () => {
  it("is taken once: the second start is told who runs in it", async () => {
    const place = folder();
    const claim = await claimDataFolder(place);
    await expect(claimDataFolder(place)).rejects.toThrow(
      `already runs in ${place.root} (process ${process.pid})`,
    );
    await claim.release();
    await (await claimDataFolder(place)).release();
  });

  it("is free again when its supervisor was killed, and what it recorded is ended", async () => {
    const place = folder();
    const victim = identity(sleeper());
    writeFileSync(place.runFile, JSON.stringify({ supervisor: gone, processes: [victim] }));
    const claim = await claimDataFolder(place);
    expect(claim.ended).toEqual([`sleep (${victim.pid})`]);
    expect(isAlive(victim)).toBe(false);
    await claim.release();
  });

  it("never ends a process that only got the pid of one it recorded", async () => {
    const place = folder();
    const innocent = identity(sleeper());
    const processes = [{ pid: innocent.pid, started: "another time" }];
    writeFileSync(place.runFile, JSON.stringify({ supervisor: gone, processes }));
    const claim = await claimDataFolder(place);
    expect(claim.ended).toEqual([]);
    expect(isAlive(innocent)).toBe(true);
    await claim.release();
  });

  it("is not held by a process that only got the supervisor's pid", async () => {
    const place = folder();
    const supervisor = { pid: process.pid, started: "another time" };
    writeFileSync(place.runFile, JSON.stringify({ supervisor, processes: [] }));
    await (await claimDataFolder(place)).release();
  });

  it.runIf(process.platform === "linux")(
    "finds by its mark what was started after the last record",
    async () => {
      const place = folder();
      const other = identity(sleeper({ FRONTDESK_RUN: "/another/folder" }));
      const victim = identity(sleeper({ FRONTDESK_RUN: place.root }));
      writeFileSync(place.runFile, JSON.stringify({ supervisor: gone, processes: [] }));
      const claim = await claimDataFolder(place);
      expect(claim.ended).toEqual([`sleep (${victim.pid})`]);
      expect(isAlive(other)).toBe(true);
      await claim.release();
    },
  );

  it("is freed by a damaged record too", async () => {
    const place = folder();
    writeFileSync(place.runFile, '{"superv');
    await (await claimDataFolder(place)).release();
  });

  it("records whole groups, and forgets them when it is released", async () => {
    const place = folder();
    const child = spawn("sh", ["-c", "sleep 300 & sleep 300"], { detached: true, stdio: "ignore" });
    started.push(child);
    const group = child.pid ?? 0;
    const members = () => listProcesses().filter((one) => one.group === group);
    while (members().length < 3) await sleep(10);
    const claim = await claimDataFolder(place);
    await claim.record([group]);
    const { processes } = JSON.parse(readFileSync(place.runFile, "utf8"));
    expect(processes.map(({ pid }: { pid: number }) => pid).sort()).toEqual(
      members()
        .map(({ pid }) => pid)
        .sort(),
    );
    await claim.release();
    expect(existsSync(place.runFile)).toBe(false);
    process.kill(-group, "SIGKILL");
  });
});
