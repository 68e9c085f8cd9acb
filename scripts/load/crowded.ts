import type { Agreement } from "./agreement.ts";

/** Longer than any network of a test bed: requests waited for their turn. */
const wayMaxMs = 250;

/** Says when requests waited long before the Worker's clock began to run, so that nobody looks for the fault in the code. */
export function crowdedWords(agreement: Agreement | undefined): string | undefined {
  const rows = agreement?.rows.filter(({ sli, sliMeanMs }) => sli && sliMeanMs !== undefined) ?? [];
  const requests = rows.reduce((sum, { client }) => sum + client, 0);
  const waited = rows.reduce(
    (sum, { client, clientMeanMs, sliMeanMs = 0 }) => sum + client * (clientMeanMs - sliMeanMs),
    0,
  );
  const wayMs = waited / requests;
  return wayMs > wayMaxMs
    ? `requests waited ${Math.round(wayMs)} ms on average before the Worker took them: the target, or a machine that it shares with k6, was full; ask for less with --rate (what one system carries: npm run capacity)`
    : undefined;
}
