import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { patienceAfter, Stop, stoppingWords } from "../../../scripts/load/stop.ts";

it("the first Ctrl-C is told, its echo is not, the second ends the process", () => {
  let now = 5_000;
  const told: string[] = [];
  const host = Object.assign(new EventEmitter(), { exit: (code: number) => void told.push(`exit ${code}`) });
  const stop = new Stop(host, () => now);
  stop.onFirst(() => void told.push("first"));
  const patience = patienceAfter(
    stop,
    async () => {},
    () => now,
  );
  now += 600_000;
  // Nobody has pressed it: a run may wait as long as it takes.
  expect([stop.at, patience.isOver()]).toEqual([undefined, false]);
  host.emit("SIGINT");
  now += 200;
  host.emit("SIGINT");
  host.emit("SIGTERM");
  expect([told, stop.at, patience.isOver()]).toEqual([["first"], 605_000, false]);
  now += 29_000;
  expect(patience.isOver()).toBe(false);
  now += 2_000;
  expect(patience.isOver()).toBe(true);
  host.emit("SIGHUP");
  expect(told).toEqual(["first", "exit 130"]);
});

it("it is said how long that may take", () => {
  const said = (k6Runs: boolean, hasStores: boolean) => stoppingWords({ k6Runs, hasStores });
  expect(said(true, false)).toBe("Stopping: waiting for what is under way (up to 45 s) …");
  expect([said(true, true), said(false, true)].map((text) => /\d+/.exec(text)?.[0])).toEqual(["75", "45"]);
});
