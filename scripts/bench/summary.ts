import type { Round } from "./overhead.ts";
import { bootstrap, type Estimate, median } from "./statistics.ts";
import type { VariantId } from "./variants.ts";

/** What one variant costs on one route; microseconds of CPU time for a request. */
export type Cost = {
  readonly inAll: Estimate;
  /** Over the uninstrumented one of the same round. */
  readonly added: Estimate;
  /** What is added, as a share of what the package adds in the same rounds; undefined without it. */
  readonly ratioToStock: Estimate | undefined;
};

/** Medians over rounds, with intervals that draw whole rounds again. */
export function costOf(rounds: readonly Round[], id: VariantId): Cost {
  const added = (some: readonly Round[], of: VariantId) =>
    median(some.map((round) => round[of] - round.none));
  const hasStock = rounds.every(({ stock }) => stock !== undefined);
  return {
    inAll: bootstrap(rounds, (some) => median(some.map((round) => round[id]))),
    added: bootstrap(rounds, (some) => added(some, id)),
    ratioToStock:
      hasStock && id !== "none"
        ? bootstrap(rounds, (some) => added(some, id) / added(some, "stock"))
        : undefined,
  };
}
