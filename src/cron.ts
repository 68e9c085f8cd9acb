import { capture, log, record, span } from "../telemetry/kit/index.ts";
import type { Deps } from "./deps.ts";
import { repairCalendars } from "./features/bookings/repair-calendars.ts";
import { measureOutbox } from "./features/events/measure-outbox.ts";
import { relayOutbox } from "./features/events/relay-outbox.ts";
import { sweepTenants } from "./features/tenants/sweep-tenants.ts";

const dayMs = 86_400_000;
/** As long as the docs promise that a key is kept. */
const answersKeptMs = dayMs;
/** Longer than a queue keeps a message, so that no late duplicate finds its inbox row gone. */
const eventsKeptMs = 30 * dayMs;

/** The work of every minute. One task that fails does not keep the others from running. */
export async function everyMinute(deps: Deps): Promise<void> {
  span("heartbeat", {}, () => undefined);
  const now = deps.clock();
  const tasks = {
    relay: () => relayOutbox(deps.events),
    repair: async () => record("frontdesk.holds.unrepaired", await repairCalendars(deps.bookings)),
    measure: () => measureOutbox(deps.events),
    forget_answers: () => deps.answers.forget(now - answersKeptMs),
    sweep: () => sweepTenants(deps.tenants),
    forget_events: () => deps.events.outbox.forget(now - eventsKeptMs),
  };
  for (const name of Object.keys(tasks) as (keyof typeof tasks)[]) {
    try {
      await tasks[name]();
    } catch (error) {
      log("error", `cron.${name}.failed`, { "frontdesk.module": "cron" });
      capture(error, { "frontdesk.module": "cron" });
    }
  }
}
