import { describe, expect, it } from "vitest";
import { errorsFor, judgePromise } from "../../../../load/verdict/judge-promise.ts";
import { type Evidence, judgeRun, neededWords } from "../../../../load/verdict/judge-run.ts";

const errors = errorsFor(6);
const seconds = (length: number, valid: number, bad: Record<number, number> = {}) =>
  Array.from({ length }, (_, i) => ({ valid, bad: bad[i] ?? 0 }));
const judged = (...args: Parameters<typeof seconds>) => judgePromise(seconds(...args), 0.001, errors);

describe("the verdict on a promise of 99.9 %", () => {
  it("needs 900 quiet seconds at any rate, because more requests a second are not more faults that could have been", () => {
    expect(judged(890, 20).verdict).toBe("inconclusive");
    expect(judged(900, 20).verdict).toBe("pass");
    expect(judged(890, 2000).verdict).toBe("inconclusive");
    expect(judged(900, 2000).verdict).toBe("pass");
  });
  it("says how many requests are missing, and a run of that length is told", () => {
    const short = judged(300, 20);
    expect(short.needed).toBeGreaterThan(6_000);
    expect(judged(Math.ceil(short.needed / 20), 20).verdict).toBe("pass");
    expect(neededWords(short)).toMatch(/^needs \d+ more requests, a run 3\.0 times as long$/);
  });
  it("fails on errors all over the run", () =>
    expect(
      judged(600, 20, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [i * 10, 1]))).verdict,
    ).toBe("fail"));
  it("does not fail on one burst of as many errors, because it may have been the only one", () =>
    expect(judged(600, 20, { 300: 20, 301: 20, 302: 20 }).verdict).toBe("inconclusive"));
  it("cannot be told when the share is what is allowed", () => {
    const { verdict, needed } = judged(
      1000,
      20,
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i * 50, 1])),
    );
    expect([verdict, needed]).toEqual(["inconclusive", Number.POSITIVE_INFINITY]);
  });
  it("is told of nothing by nothing", () => expect(judged(100, 0).verdict).toBe("inconclusive"));
});

describe("the verdict on a run", () => {
  const promise = (verdict: "pass" | "fail" | "inconclusive") => {
    const one = {
      pass: judged(950, 20),
      fail: judged(600, 20, { ...Array(60).fill(1) }),
      inconclusive: judged(9, 20),
    };
    return { id: "x", title: "Login", objective: "99.9%", judged: { ...one[verdict], verdict } };
  };
  const clean: Evidence = {
    judges: "promises",
    promises: [promise("pass")],
    ...{ unexpected: 0, wrong: 0, dropped: 0, interrupted: undefined, complaints: [], broken: [] },
  };
  const cases: Record<string, [Partial<Evidence>, string, RegExp]> = {
    "passes when every promise does": [{}, "pass", /^$/],
    "fails when one does": [{ promises: [promise("pass"), promise("fail")] }, "fail", /Login is broken/],
    "is open when one is": [{ promises: [promise("inconclusive")] }, "inconclusive", /Login: needs \d+ more/],
    "fails on an answer that was not asked for": [{ unexpected: 1, wrong: 1 }, "fail", /1 answers/],
    "leaves failures of the server to the promises": [{ unexpected: 3 }, "pass", /^$/],
    "fails on them where every answer counts": [
      { judges: "answers", unexpected: 3 },
      "fail",
      /3 requests failed/,
    ],
    "asks for right answers and no proof where every answer counts": [
      { judges: "answers", promises: [promise("inconclusive"), promise("fail")] },
      "pass",
      /^$/,
    ],
    "is broken when visits were dropped": [{ dropped: 4 }, "broken", /did not begin 4 visits/],
    "fails when it failed in spite of dropped visits": [
      { dropped: 4, promises: [promise("fail")] },
      "fail",
      /Login is broken/,
    ],
    "fails when the stack did not stay well": [
      { complaints: ["memory of tempo grew"] },
      "fail",
      /memory of tempo/,
    ],
    "cannot pass when it was broken off": [
      { interrupted: "interrupted after 0:02" },
      "inconclusive",
      /^interrupted after 0:02, so it cannot pass$/,
    ],
    "is broken whatever it saw when its numbers are not to be trusted": [
      { broken: ["no"], promises: [promise("fail")] },
      "broken",
      /^no$/,
    ],
  };
  for (const [name, [change, verdict, reason]] of Object.entries(cases))
    it(name, () => {
      const found = judgeRun({ ...clean, ...change });
      expect(found.verdict).toBe(verdict);
      expect(found.reasons.join("; ")).toMatch(reason);
    });
});
