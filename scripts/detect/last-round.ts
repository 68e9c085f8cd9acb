/** When the probe last wrote, epoch seconds; undefined before its first round. */
export async function lastRound(prometheus: string): Promise<number | undefined> {
  const query = 'max(timestamp(frontdesk_probe_steps_total{instance!="backfilled"}))';
  const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await response.json()) as { data: { result: readonly { value: [number, string] }[] } };
  const at = data.result[0]?.value[1];
  return at === undefined ? undefined : Number(at);
}
