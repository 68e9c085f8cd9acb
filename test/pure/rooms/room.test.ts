import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { availabilityIn, type Interval } from "../../../src/features/rooms/room.ts";

const range = { from: 10, to: 20 };
const cases: Record<string, { taken: Interval[]; busy: Interval[]; free: Interval[] }> = {
  "nothing taken": { taken: [], busy: [], free: [range] },
  "all taken": { taken: [{ from: 0, to: 99 }], busy: [range], free: [] },
  "taken before and after only": {
    taken: [
      { from: 0, to: 10 },
      { from: 20, to: 30 },
    ],
    busy: [],
    free: [range],
  },
  "two that touch become one": {
    taken: [
      { from: 14, to: 16 },
      { from: 12, to: 14 },
    ],
    busy: [{ from: 12, to: 16 }],
    free: [
      { from: 10, to: 12 },
      { from: 16, to: 20 },
    ],
  },
  "one inside another": {
    taken: [
      { from: 11, to: 19 },
      { from: 12, to: 13 },
    ],
    busy: [{ from: 11, to: 19 }],
    free: [
      { from: 10, to: 11 },
      { from: 19, to: 20 },
    ],
  },
};
describe("availability", () => {
  for (const [name, { taken, busy, free }] of Object.entries(cases))
    it(name, () => expect(availabilityIn(range, taken)).toEqual({ busy, free }));

  it("calls a point busy exactly when something takes it, and covers the range once", () => {
    const interval = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 9 }))
      .map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 8 }), (taken) => {
        const { busy, free } = availabilityIn(range, taken);
        const holds = (list: readonly Interval[], at: number) =>
          list.filter(({ from, to }) => from <= at && at < to).length;
        for (let at = range.from; at < range.to; at++) {
          const expected = holds(taken, at) > 0;
          expect([holds(busy, at), holds(free, at)]).toEqual(expected ? [1, 0] : [0, 1]);
        }
        expect(busy.length + free.length).toBeLessThanOrEqual(2 * taken.length + 1);
      }),
    );
  });
});
