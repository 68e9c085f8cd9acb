import type { Signal } from "../records.ts";
import { type DropReason, type Tally, tallies, type UncertainReason } from "./counts.ts";
import { flying } from "./flush.ts";
import { type Lane, lanes } from "./lane.ts";

/** What became of the records of one signal. */
export type SignalCounts = {
  readonly ended: number;
  readonly sent: number;
  readonly dropped: number;
  readonly uncertain: number;
  /** Waits, is packed, or is on its way. */
  readonly buffered: number;
  readonly droppedBy: Readonly<Record<DropReason, number>>;
  readonly uncertainBy: Readonly<Record<UncertainReason, number>>;
};
/** The counts of the three signals. */
export type ExportCounts = { readonly [S in Signal]: SignalCounts };

/** What became of everything that ended in this isolate: sent + dropped + uncertain + buffered = ended, per signal. */
export const exportCounts = (): ExportCounts =>
  Object.fromEntries(lanes.map((lane) => [lane.signal, read(lane, tallies[lane.signal])])) as ExportCounts;

const read = (lane: Lane, { ended, sent, droppedBy, uncertainBy }: Tally): SignalCounts => ({
  ended,
  sent,
  dropped: total(droppedBy),
  uncertain: total(uncertainBy),
  buffered: lane.buffered + flying(lane),
  droppedBy: { ...droppedBy },
  uncertainBy: { ...uncertainBy },
});

const total = (by: Readonly<Record<string, number>>) =>
  Object.values(by).reduce((sum, some) => sum + some, 0);
