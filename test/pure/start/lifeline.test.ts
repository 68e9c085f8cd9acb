import { expect, it } from "vitest";
import { Lifeline } from "../../../scripts/stack/lifeline.ts";

it("What was started last is ended first, one after the other", async () => {
  const life = new Lifeline();
  const ended: string[] = [];
  for (const name of ["tap", "collector", "worker"])
    life.add({ stop: () => Promise.resolve().then(() => void ended.push(name)) });
  await Promise.all([life.stop(), life.stop()]);
  expect(ended).toEqual(["worker", "collector", "tap"]);
});

it("One that cannot be ended politely is killed, and the others are ended all the same", async () => {
  const life = new Lifeline();
  const ended: string[] = [];
  life.add({ stop: () => void ended.push("tap") });
  life.add({
    stop: () => Promise.reject(new Error("no")),
    kill: () => ended.push("worker killed"),
  });
  await life.stop();
  expect(ended).toEqual(["worker killed", "tap"]);
});

it("Killing does not wait for a polite end that hangs", () => {
  const life = new Lifeline();
  const killed: string[] = [];
  life.add({ kill: () => killed.push("everything marked") });
  life.add({ stop: () => new Promise(() => {}) });
  void life.stop();
  life.kill();
  expect(killed).toEqual(["everything marked"]);
  expect(life.signal.aborted).toBe(true);
});

it("What is started after the end has begun is killed at once", () => {
  const life = new Lifeline();
  const killed: string[] = [];
  life.kill();
  life.add({ kill: () => killed.push("late") });
  expect(killed).toEqual(["late"]);
});
