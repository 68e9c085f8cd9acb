import { BrokenDrill } from "./broken-drill.ts";

type Labels = Readonly<Record<string, string>>;

/**
 * Whether what was backfilled looks like what the collector counts now: a past under other labels would be another past.
 * Only what has been counted live so far is compared.
 *
 * @throws BrokenDrill naming the first series that differs
 */
export async function requireSameLabels(prometheus: string): Promise<void> {
  const query = 'last_over_time({__name__=~"http_server_request_duration_seconds_(count|bucket)"}[1h])';
  const parameters = new URLSearchParams({ query });
  const response = await fetch(`${prometheus}/api/v1/query?${parameters}`);
  const { data } = (await response.json()) as { data: { result: readonly { metric: Labels }[] } };
  const [old, live] = [true, false].map((isOld) =>
    data.result
      .map(({ metric: { collector_instance_id: id, ...labels } }) => ({ id, labels }))
      .filter(({ id }) => (id === "backfilled") === isOld)
      .map(({ labels }) => labels),
  );
  const known = new Set(live?.map(text));
  const answered = new Set(live?.map(answer));
  const strange = old?.find((labels) => answered.has(answer(labels)) && !known.has(text(labels)));
  if (strange)
    throw new BrokenDrill(`The collector counts under other labels than were backfilled: ${text(strange)}`);
}

const text = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());
const answer = ({ http_route, http_request_method, http_response_status_code }: Labels) =>
  `${http_request_method} ${http_route} ${http_response_status_code}`;
