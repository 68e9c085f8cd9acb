import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeCursor, encodeCursor, nextLink } from "../../../src/platform/page.ts";

it("gives back what a cursor was made of, and needs no escaping in a URL", () => {
  fc.assert(
    fc.property(fc.integer(), fc.stringMatching(/^[a-z0-9_]{0,40}$/), (time, id) => {
      const cursor = encodeCursor([time, id]);
      expect(encodeURIComponent(cursor)).toBe(cursor);
      expect(decodeCursor(cursor, ["number", "string"])).toEqual([time, id]);
    }),
  );
});

it("refuses whatever it did not make", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => decodeCursor(text, ["string", "number"])).toThrow("not one that this list returned");
    }),
  );
});

it("keeps the other parameters in the link, and has none on the last page", () => {
  expect(nextLink("https://x.example/v1/rooms?limit=2&cursor=old", "new")).toBe(
    '</v1/rooms?limit=2&cursor=new>; rel="next"',
  );
  expect(nextLink("https://x.example/v1/rooms", undefined)).toBeUndefined();
});
