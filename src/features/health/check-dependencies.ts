import { span } from "../../../telemetry/kit/index.ts";
import { within } from "../../platform/deadline.ts";
import type { DependencyName, HealthDeps } from "./ports.ts";

export type Check = {
  readonly name: DependencyName;
  readonly state: "pass" | "fail";
  readonly elapsedMs: number;
  /** Why it failed, in our words; empty when it passed. */
  readonly reason: "" | "no answer in time" | "the call failed";
};

/** Well above any healthy answer, well below a prober's patience. */
const answerWithinMs = 2_000;

/** Asks every dependency at once, so that the whole takes as long as the slowest. */
export function checkDependencies(deps: HealthDeps): Promise<Check[]> {
  const names = Object.keys(deps.dependencies) as DependencyName[];
  return Promise.all(names.map((name) => checkOne(deps, name)));
}

function checkOne(deps: HealthDeps, name: DependencyName): Promise<Check> {
  return span("health.check", { "frontdesk.check": name }, async (active) => {
    const startedAt = deps.clock();
    const reason = await reasonOfFailure(deps.dependencies[name]);
    if (reason !== "") active.fail(reason === "no answer in time" ? "timeout" : "unavailable");
    return {
      name,
      state: reason === "" ? ("pass" as const) : ("fail" as const),
      elapsedMs: deps.clock() - startedAt,
      reason,
    };
  });
}

async function reasonOfFailure(question: () => Promise<unknown>): Promise<Check["reason"]> {
  const asked = question().then(
    () => "" as const,
    () => "the call failed" as const,
  );
  return within(asked, answerWithinMs, () => "no answer in time" as const);
}
