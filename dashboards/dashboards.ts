import { bookings } from "./bookings.ts";
import { dependencies } from "./dependencies.ts";
import { events } from "./events.ts";
import { loadTest } from "./load-test.ts";
import { overview } from "./overview.ts";
import type { Dashboard } from "./panels.ts";
import { slo } from "./slo.ts";
import { telemetryPipeline } from "./telemetry-pipeline.ts";

/** Every dashboard there is, in the order in which they are listed. */
export const dashboards: readonly Dashboard[] = [
  overview,
  slo,
  bookings,
  dependencies,
  events,
  telemetryPipeline,
  loadTest,
];
