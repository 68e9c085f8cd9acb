import { beforeEach, describe, expect, it } from "vitest";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { collectorUrl, inRequest } from "./fixture/run.ts";
import { type Step, sent, suite } from "./fixture/trace-context-suite.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

type Sent = { readonly traceparent: string; readonly tracestate?: string };

/** What the Worker sends on while it serves this request. */
async function sentOn({ headers, calls = 1 }: Step, caller: "trusted" | "unknown"): Promise<Sent[]> {
  const seen: Sent[] = [];
  const ask = async () => {
    for (let at = 0; at < calls; at++) seen.push(await (await fetch(`${collectorUrl()}/trace`)).json());
  };
  const trust = caller === "trusted" ? [["x-trusted", "yes"]] : [];
  await inRequest(ask, undefined, { headers: [...headers, ...trust] as [string, string][] });
  return seen;
}

const outgoing = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/;

function check({ goesOn, state, calls = 1 }: Step, seen: readonly Sent[]): void {
  const parsed = seen.map(({ traceparent }) => outgoing.exec(traceparent));
  const traceIds = new Set(parsed.map((match) => match?.[1]));
  const spanIds = new Set(parsed.map((match) => match?.[2]));
  expect(parsed).not.toContain(null);
  expect([traceIds.size, spanIds.size]).toEqual([1, calls]);
  expect(traceIds.has(sent.traceId)).toBe(goesOn);
  expect(spanIds.has(sent.spanId)).toBe(false);
  for (const zero of ["0".repeat(32), "0".repeat(16)]) expect([...traceIds, ...spanIds]).not.toContain(zero);
  const members = seen[0]?.tracestate?.split(",") ?? [];
  if (state === null) expect(members).toEqual([]);
  else
    expect(members.filter((member) => state?.includes(member) ?? false)).toEqual(
      dedupe(members, state ?? []),
    );
  for (const member of state ?? []) expect(members).toContain(member);
}

// A key twice may stay twice.
const dedupe = (members: readonly string[], state: readonly string[]) =>
  new Set(members).size === members.length ? state : members.filter((member) => state.includes(member));

describe("the W3C trace-context suite", () => {
  for (const [name, steps] of Object.entries(suite))
    it(name, async () => {
      for (const step of steps) check(step, await sentOn(step, "trusted"));
    });

  it("is whole: 40 cases of level 1", () => expect(Object.keys(suite)).toHaveLength(40));
});

describe("a caller that nobody vouches for", () => {
  it("is never continued, whatever it sends, and its tracestate goes nowhere", async () => {
    for (const steps of Object.values(suite)) {
      const [step] = steps as [Step];
      check({ ...step, goesOn: false, state: null }, await sentOn(step, "unknown"));
    }
  });

  it("is linked when its context is well formed, sampled or not", async () => {
    for (const flags of ["00", "01"]) {
      recording.clear();
      const headers = [["traceparent", `00-${sent.traceId}-${sent.spanId}-${flags}`] as const];
      await sentOn({ headers, goesOn: false }, "unknown");
      const entry = recording.spans().find(({ attributes }) => attributes["frontdesk.sli"] === true);
      expect(entry).toMatchObject({ parentSpanId: undefined, links: [sent] });
      expect(entry?.traceId).not.toBe(sent.traceId);
    }
  });
});

describe("the sampled flag of a trusted caller", () => {
  it("does not decide ours: every span is recorded and sent on as sampled", async () => {
    for (const flags of ["00", "01", "ff"]) {
      recording.clear();
      const headers = [["traceparent", `00-${sent.traceId}-${sent.spanId}-${flags}`] as const];
      const [seen] = await sentOn({ headers, goesOn: true }, "trusted");
      expect(seen?.traceparent).toMatch(new RegExp(`^00-${sent.traceId}-[0-9a-f]{16}-01$`));
      expect(recording.spans()).toHaveLength(2);
    }
  });
});
