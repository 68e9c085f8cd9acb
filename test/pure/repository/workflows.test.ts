import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { shapeNames } from "../../../load/shapes.ts";

const folder = resolve(import.meta.dirname, "../../../.github/workflows");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const names = readdirSync(folder);

type Step = { uses?: string; run?: string; env?: Record<string, string>; if?: string };
type Workflow = {
  on: Record<string, unknown>;
  permissions: unknown;
  jobs: Record<string, { steps: Step[] }>;
};
const workflow = (name: string) => parse(read(name)) as Workflow;
const steps = (name: string) => Object.values(workflow(name).jobs).flatMap((job) => job.steps);

/** A tag can be moved to other code, a commit cannot; the version beside it is for people. */
const unpinned = (text: string) =>
  [...text.matchAll(/uses:.*/g)]
    .map(([line]) => line)
    .filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));

describe("the workflows", () => {
  it("may only read, and name every action by its commit", () => {
    expect(names.sort()).toEqual(["load.yml", "test.yml"]);
    for (const name of names) {
      expect(workflow(name).permissions).toEqual({ contents: "read" });
      expect(unpinned(read(name)), name).toEqual([]);
      expect(unpinned(read(name).replace(/@[0-9a-f]{40}/, "@v4"))).toHaveLength(1);
    }
  });
  it("test what everybody tests, with no failure forgiven", () => {
    expect(steps("test.yml").flatMap(({ run }) => run ?? [])).toEqual([".ci/run"]);
    for (const name of names) expect(read(name)).not.toMatch(/continue-on-error|\|\| true/);
  });
});

describe("the scheduled load run", () => {
  const run = steps("load.yml").find(({ run }) => run?.startsWith("npm run load"));
  it("asks steady and smoke, and by hand every shape there is", () => {
    const { schedule, workflow_dispatch: byHand } = workflow("load.yml").on as {
      schedule: { cron: string }[];
      workflow_dispatch: { inputs: { shape: { options: string[] } } };
    };
    expect([...byHand.inputs.shape.options].sort()).toEqual([...shapeNames].sort());
    expect(run?.env?.SHAPE).toContain(`github.event.schedule == '${schedule[0]?.cron}' && 'steady'`);
    expect(run?.env?.SHAPE).toMatch(/\|\| 'smoke' }}$/);
  });
  it("has address and credentials from secrets, never from the file, and ends as the verdict does", () => {
    const { SHAPE: _shape, DURATION: _duration, ...secret } = run?.env ?? {};
    expect(Object.keys(secret).sort()).toEqual(["HEALTH_TOKEN", "TARGET", "TRACE_TOKEN"]);
    for (const value of Object.values(secret)) expect(value).toMatch(/^\$\{\{ secrets\.[A-Z_]+ \}\}$/);
    // The only command of its step, so its exit code is the step's; nothing from an event is pasted into the shell.
    expect(run?.run).not.toMatch(/[;|&\n]|\$\{\{/);
  });
  it("keeps the report of a run that did not pass", () => {
    const upload = steps("load.yml").find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    expect(upload?.if).toBe("always()");
    expect(run?.run).toContain("--report verdict");
    expect(upload).toMatchObject({ with: { path: "verdict/" } });
  });
});
