import { type Attributes, attributes } from "../attributes.ts";

type HandlerType = NonNullable<Attributes["cloudflare.handler_type"]>;
export type Outcome = NonNullable<Attributes["cloudflare.outcome"]>;

// The platform does not say what kind of event it was; each kind has a field of its own. A cron tick has the alarm's, too.
const marks = [
  ["rpcMethod", "jsrpc"],
  ["request", "fetch"],
  ["batchSize", "queue"],
  ["cron", "scheduled"],
  ["scheduledTime", "alarm"],
  ["mailFrom", "email"],
  ["consumedEvents", "trace"],
  ["getWebSocketEvent", "hibernatableWebSocket"],
] as const satisfies readonly (readonly [string, HandlerType])[];

/** What began an invocation, in the platform's own words; `_OTHER` for a kind that shows no field. */
export function handlerTypeOf({ event }: Pick<TraceItem, "event">): HandlerType {
  if (event === null) return "_OTHER";
  return marks.find(([field]) => field in event)?.[1] ?? "_OTHER";
}

const outcomes: ReadonlySet<string> = new Set(attributes["cloudflare.outcome"].values);

/** How an invocation ended, in the platform's own words; `_OTHER` for a word that is new. */
export const outcomeOf = ({ outcome }: Pick<TraceItem, "outcome">): Outcome =>
  outcomes.has(outcome) ? (outcome as Outcome) : "_OTHER";
