import bare, {
  Counter as BareCounter,
  Friend as BareFriend,
  Lounge as BareLounge,
  Stranger as BareStranger,
} from "../telemetry/kit/fixture/worker.ts";
import { countedEntrypoint, countedObject, countedWorker } from "./counted-worker.ts";

export { Neighbour, PlainCounter } from "../telemetry/kit/fixture/worker.ts";
/** The Worker of the kit's own tests, with counters between it and the platform. */
export default countedWorker(bare);
export const Counter = countedObject(BareCounter);
export const Lounge = countedObject(BareLounge);
export const Friend = countedEntrypoint(BareFriend);
export const Stranger = countedEntrypoint(BareStranger);
