import { describe, expect, it } from "vitest";
import { explore } from "./explore.ts";
import { anyViolation, doubleBooking } from "./invariants.ts";
import { bookingModel } from "./model.ts";
import type { Scenario } from "./world.ts";

const statesMax = 1_000_000;
const timeoutMs = 300_000;
const a = { room: 0, slot: 0 };
const b = { room: 1, slot: 0 };
const atA = { active: true, ...a, version: 1 };

const scenarios: Record<string, Scenario> = {
  "create, cancel, create": {
    rooms: 1,
    rows: [null, null],
    programs: [
      { kind: "create", attempt: 0, booking: 0, at: a },
      { kind: "cancel", attempt: 1, booking: 0 },
      { kind: "create", attempt: 2, booking: 1, at: a },
    ],
  },
  "there and back, and a create": {
    rooms: 2,
    rows: [atA, null],
    programs: [
      { kind: "move", attempt: 0, booking: 0, to: b },
      { kind: "move", attempt: 1, booking: 0, to: a },
      { kind: "create", attempt: 2, booking: 1, at: a },
    ],
  },
  "two moves and a create": {
    rooms: 2,
    rows: [atA, null],
    programs: [
      { kind: "move", attempt: 0, booking: 0, to: b },
      { kind: "move", attempt: 1, booking: 0, to: b },
      { kind: "create", attempt: 2, booking: 1, at: b },
    ],
  },
  "move, cancel, create": {
    rooms: 2,
    rows: [atA, null],
    programs: [
      { kind: "move", attempt: 0, booking: 0, to: b },
      { kind: "cancel", attempt: 1, booking: 0 },
      { kind: "create", attempt: 2, booking: 1, at: b },
    ],
  },
  "a create, its retry with the same key, and a rival": {
    rooms: 1,
    rows: [null, null, null],
    programs: [
      { kind: "create", attempt: 0, booking: 0, at: a },
      { kind: "create", attempt: 0, booking: 1, at: a },
      { kind: "create", attempt: 1, booking: 2, at: a },
    ],
  },
  "one key for two slots of a room, and the first is cancelled": {
    rooms: 1,
    rows: [null, null],
    programs: [
      { kind: "create", attempt: 0, booking: 0, at: a },
      { kind: "create", attempt: 0, booking: 1, at: { room: 0, slot: 1 } },
      { kind: "cancel", attempt: 1, booking: 0 },
    ],
  },
  "one key for two rooms, and a rival": {
    rooms: 2,
    rows: [null, null, null],
    programs: [
      { kind: "create", attempt: 0, booking: 0, at: a },
      { kind: "create", attempt: 0, booking: 1, at: b },
      { kind: "create", attempt: 1, booking: 2, at: b },
    ],
  },
};

describe("every interleaving of the booking protocol", () => {
  for (const [name, scenario] of Object.entries(scenarios)) {
    it(`${name}: never double, always blocked, room and D1 equal at rest`, {
      timeout: timeoutMs,
    }, async () => {
      const found = await explore(bookingModel(scenario), statesMax);
      console.log(`${name}: ${found.states} states, ${found.atRest} of them at rest`);
      expect(found.violation).toBeUndefined();
      expect(found.atRest).toBeGreaterThan(10);
    });
  }

  const forgetful = {
    "a late apply of an older move makes room and D1 differ": {
      violationOf: anyViolation,
      expected: /^at rest rooms say|is not blocked/,
    },
    "a late apply of an older move frees the newer place, and it is booked twice": {
      violationOf: doubleBooking,
      expected: /^double booking/,
    },
  };
  for (const [name, { violationOf, expected }] of Object.entries(forgetful)) {
    it(`rooms that forget versions are caught: ${name}`, { timeout: timeoutMs }, async () => {
      const scenario = scenarios["there and back, and a create"] as Scenario;
      const { violation, states } = await explore(
        bookingModel(scenario, { versioned: false, violationOf }),
        statesMax,
      );
      console.log(`after ${states} states:\n  ${violation?.steps.join("\n  ")}\n  so: ${violation?.what}`);
      expect(violation?.what).toMatch(expected);
    });
  }
});
