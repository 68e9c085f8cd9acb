import bare, { RoomCalendar as BareCalendar } from "../../../src/worker.ts";
import { countedObject, countedWorker } from "./counted-worker.ts";

/** The API as the tests run it: `src/worker.ts` with counters between it and the platform. */
export default countedWorker(bare);
export const RoomCalendar = countedObject(BareCalendar);
