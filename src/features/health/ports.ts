import type { Clock } from "../../platform/clock.ts";

export type DependencyName = "d1" | "kv" | "r2" | "durable_object" | "queue";

/** Each asks its dependency one cheap question, and rejects when there is no answer. */
export type HealthDeps = {
  readonly clock: Clock;
  readonly release: string;
  readonly token: string;
  readonly dependencies: Readonly<Record<DependencyName, () => Promise<unknown>>>;
};
