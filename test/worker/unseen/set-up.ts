import { afterEach, expect } from "vitest";
import "./counting.ts";
import { settledDifferences, strike } from "./ledger.ts";

afterEach(async () => {
  const found = await settledDifferences();
  strike();
  expect(found, "every call of the platform has one span, and every span its call").toEqual([]);
});
