import { describe, expect, it } from "vitest";
import { hours, leastOf, storyOf, visitOf, visits } from "../../../load/day.ts";
import { draw } from "../../../load/lib/seeded.ts";
import { roomsFor, slot, slotsPerRoom } from "../../../load/lib/slots.ts";
import { peakOf, planOf, rateAt, secondsOf, shapeNames, visitsOf } from "../../../load/shapes.ts";

describe("the model of a day", () => {
  it("mixes a hundred visits, in the shares that are written down", () => {
    const shares = Object.values(visits).map(({ ofHundred }) => ofHundred);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
    const drawn = Array.from({ length: 20_000 }, (_, n) => visitOf(draw(1, `visit ${n}`)));
    for (const [name, { ofHundred }] of Object.entries(visits))
      expect((drawn.filter((kind) => kind === name).length / drawn.length) * 100).toBeCloseTo(
        ofHundred,
        -0.3,
      );
  });
  it("asks every route, and a cancellation only after its booking", () => {
    const stories = ["smoke", "steady"].flatMap((shape) =>
      [0, 0.3, 0.65, 0.9].map((drawn) => storyOf(shape, drawn)),
    );
    expect(new Set(stories.flat())).toEqual(new Set(Object.values(visits).flatMap(({ steps }) => steps)));
    for (const story of stories)
      expect(story.indexOf("cancel") === -1 || story.indexOf("book") < story.indexOf("cancel")).toBe(true);
  });
  it("knows how often each step is done at least, and hardly less than that", () => {
    for (const [shape, count] of [
      ["smoke", 18],
      ["steady", 300],
      ["steady", 20_000],
    ] as const)
      for (const seed of [1, 2, 3]) {
        const steps = Array.from({ length: count }, (_, n) =>
          storyOf(shape, draw(seed, `visit ${n}`)),
        ).flat();
        for (const [step, least] of Object.entries(leastOf(shape, count))) {
          const done = steps.filter((one) => one === step).length;
          expect(least, `${shape} ${step}`).toBeLessThanOrEqual(done);
          if (count > 1_000) expect(least, `${shape} ${step}`).toBeGreaterThan(0.85 * done);
        }
      }
  });
  it("has a busiest hour that counts as one", () => {
    expect(hours).toHaveLength(24);
    expect(Math.max(...hours)).toBe(1);
  });
});

describe("the plan of a shape", () => {
  for (const shape of shapeNames)
    it(`${shape} lasts as long as was said and begins visits all the time`, () => {
      const plan = planOf(shape, 4, 120);
      expect(secondsOf(plan)).toBe(120);
      expect(Math.min(plan.start, ...plan.stages.map(({ rate }) => rate))).toBeGreaterThanOrEqual(1);
      // The area under the rate, second by second.
      const area = Array.from({ length: 1200 }, (_, i) => rateAt(plan, i / 10) / 10).reduce(
        (sum, part) => sum + part,
        0,
      );
      expect(Math.abs(area - visitsOf(plan))).toBeLessThan(4);
    });
  it("goes as high as it says", () => {
    const peaks = Object.fromEntries(shapeNames.map((shape) => [shape, peakOf(planOf(shape, 10, 600))]));
    expect(peaks).toEqual({ smoke: 10, steady: 10, spike: 50, soak: 10, stress: 30, breakpoint: 100 });
  });
});

describe("test data", () => {
  it("never books one slot twice, over any number of rooms", () => {
    for (const count of [2, 7]) {
      const rooms = Array.from({ length: count }, (_, n) => `room_${n}`);
      const taken = new Set(
        Array.from({ length: 20_000 }, (_, n) => Object.values(slot(n, rooms)).join(" ")),
      );
      expect(taken.size).toBe(20_000);
    }
  });
  it("stays within the two years that the API takes, and says when it cannot", () => {
    const rooms = Array.from({ length: roomsFor(800_000) }, (_, n) => `room_${n}`);
    const last = Date.parse(slot(800_000, rooms).to);
    expect(last - Date.now()).toBeLessThan(2 * 365 * 86_400_000);
    expect(() => roomsFor(50 * slotsPerRoom)).toThrow(/too many for one run/);
  });
});
