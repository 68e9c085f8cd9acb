import { sleep } from "k6";
import execution from "k6/execution";
import http from "k6/http";
import type { Options } from "k6/options";
import { type Step, storyOf, visits } from "../day.ts";
import { play, type Stage, setUp } from "../lib/run.ts";
import { draw } from "../lib/seeded.ts";
import { settings } from "../lib/settings.ts";
import { isLogin, visitsPerSecond } from "./logins.ts";

// Visits of an ordinary day, or one story again and again, equally spaced: for `npm run gate`, two at once, and `npm run capacity`.
// Nothing is torn down: the systems are thrown away with all that they hold.

const seconds = Number(__ENV.SECONDS || "10");
const afterMs = Number(__ENV.AFTER_MS || "0");
const alone = (__ENV.STORY || "").split(",").filter((step) => step !== "") as Step[];
// Who compares releases says when logins come; otherwise they come as on an ordinary day.
const loginSeconds = __ENV.LOGIN_SECONDS || undefined;
const stretch = {
  visitsPerSecond: visitsPerSecond(Number(__ENV.REQUESTS_PER_SECOND || "40")),
  seconds,
  loginSeconds: Number(loginSeconds ?? "0"),
};

export const options: Options = {
  scenarios: {
    visits: {
      executor: "constant-arrival-rate",
      // A rate is a whole number, so it is of ten seconds.
      rate: Math.round(stretch.visitsPerSecond * 10),
      timeUnit: "10s",
      duration: `${seconds}s`,
      startTime: `${afterMs}ms`,
      preAllocatedVUs: 40,
      maxVUs: 200,
      gracefulStop: "10s",
    },
  },
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
  const visit = execution.scenario.iterationInTest;
  play(storyOfGate(visit), stage, visit);
};

/**
 * An ordinary visit, but in a comparison only the last ones log in: hashing a password costs as much as thirty other requests, on purpose,
 * and keeps those that come meanwhile waiting. Both would hide what the others cost.
 * The session of the set-up serves the rest.
 */
function storyOfGate(visit: number): readonly Step[] {
  if (alone.length > 0) return alone;
  const story = storyOf("steady", draw(settings.seed, `visit ${visit}`));
  if (loginSeconds === undefined) return story;
  return isLogin(visit, stretch) ? visits.shift.steps : story.filter((step) => step !== "login");
}

export const handleSummary = (): Record<string, string> => ({});
