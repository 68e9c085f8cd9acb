import type { Env } from "../../platform/env.ts";
import type { HealthDeps } from "./ports.ts";

type Bindings = Pick<Env, "DB" | "CACHE" | "FILES" | "EVENTS">;

/** One question per binding that reads and never writes. */
export function bindingQuestions(env: Bindings): Omit<HealthDeps["dependencies"], "durable_object"> {
  return {
    d1: () => env.DB.prepare("SELECT 1").first(),
    kv: () => env.CACHE.get("health"),
    r2: () => env.FILES.head("health"),
    queue: () => env.EVENTS.metrics(),
  };
}
