import type { Agreement } from "./agreement.ts";
import { table } from "./table.ts";
import { shownMs } from "./words.ts";

export const agreementHead = [
  ...["agreement", "client", "SLI", "spans", "client mean ms", "SLI mean ms", "way ms", ""],
] as const;

export function agreementCells({ rows }: Agreement): string[][] {
  return rows.map(({ route, client, sli, spans, clientMeanMs, sliMeanMs, difference }) => [
    ...[route, String(client), shownCount(sli), shownCount(spans)],
    ...[shownMs(clientMeanMs), shownMs(sliMeanMs)],
    // The SLI's mean may be that of requests that the client does not know.
    sliMeanMs === undefined || (sli ?? 0) > client ? "–" : shownMs(clientMeanMs - sliMeanMs),
    difference || "agree",
  ]);
}

const shownCount = (count: number | undefined) => (count === undefined ? "–" : String(count));

/** Three views of the same requests, then what explains their differences. The way is network and waiting before the Worker's clock runs. */
export const shownAgreement = (agreement: Agreement): string[] => [
  ...table(agreementHead, agreementCells(agreement)),
  ...agreement.explanations.map((line) => `explained: ${line}`),
  ...agreement.disagreements.map((line) => `not explained: ${line}`),
];
