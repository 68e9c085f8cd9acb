import { sleep } from "k6";
import execution from "k6/execution";
import http from "k6/http";
import type { Options } from "k6/options";
import { requestsPerVisit, type Step, storyOf, visits } from "../day.ts";
import { play, type Stage, setUp, tearDown } from "../lib/run.ts";
import { draw } from "../lib/seeded.ts";
import { settings } from "../lib/settings.ts";

// Visits of an ordinary day, or one story again and again, in turns: for `npm run gate`, two at once, and `npm run capacity`.

const starts = (__ENV.STARTS || "0").split(",").map(Number);
const seconds = Number(__ENV.TURN_SECONDS || "3");
const visitsPerSecond = Number(__ENV.REQUESTS_PER_SECOND || "40") / requestsPerVisit("steady");
const alone = (__ENV.STORY || "").split(",").filter((step) => step !== "") as Step[];
/** Visits that a turn has, or one more. */
const visitsExpected = Math.floor(visitsPerSecond * seconds);
/** More than a turn can have, so that no two turns share a slot. */
const visitsPerTurn = Math.ceil(visitsPerSecond * seconds * 2);

export const options: Options = {
  scenarios: Object.fromEntries(
    starts.map((start, turn) => [
      `turn_${turn}`,
      {
        executor: "constant-arrival-rate",
        // A rate is a whole number, so it is of ten seconds.
        rate: Math.round(visitsPerSecond * 10),
        timeUnit: "10s",
        duration: `${seconds}s`,
        startTime: `${start}s`,
        preAllocatedVUs: 40,
        maxVUs: 200,
        gracefulStop: "10s",
        env: { TURN: String(turn) },
      },
    ]),
  ),
  systemTags: ["status", "method", "group", "name", "scenario", "error_code", "check"],
  userAgent: "frontdesk-gate",
  setupTimeout: "120s",
};

/** All that run at once wait for each other, and begin at the same time. */
export function setup(): Stage {
  const stage = setUp("steady");
  const beginAt = Number(http.get(__ENV.START_LINE ?? "", { timeout: "110s" }).body);
  sleep(Math.max(0, beginAt - Date.now()) / 1000);
  return stage;
}

export default (stage: Stage): void => {
  const turn = Number(__ENV.TURN);
  const visit = execution.scenario.iterationInTest;
  play(storyOfGate(turn, visit), stage, turn * visitsPerTurn + visit);
};

/**
 * An ordinary visit, but few log in: hashing a password costs as much as thirty other requests, on purpose,
 * and keeps those that come meanwhile waiting. Both would hide what the others cost.
 * So one visit near the end of every second turn logs in; the session of the set-up serves the rest.
 */
function storyOfGate(turn: number, visit: number): readonly Step[] {
  if (alone.length > 0) return alone;
  if (turn % 2 === 0 && visit === visitsExpected - 2) return visits.shift.steps;
  const story = storyOf("steady", draw(settings.seed, `visit ${turn * visitsPerTurn + visit}`));
  return story.filter((step) => step !== "login");
}

export const teardown = tearDown;
export const handleSummary = (): Record<string, string> => ({});
