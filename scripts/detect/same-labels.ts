import { BrokenDrill } from "./broken-drill.ts";

const backfilled =
  "http_server_request_duration_seconds_(count|bucket)|frontdesk_heartbeat_total|frontdesk_probe_steps_total";
type Labels = Readonly<Record<string, string>>;

/**
 * Whether what was backfilled looks like what the collector counts now: a past under other labels would be another past.
 * Only what has been counted live so far is compared.
 *
 * @throws BrokenDrill naming the first series that differs
 */
export async function requireSameLabels(prometheus: string): Promise<void> {
  const query = `last_over_time({__name__=~"${backfilled}"}[1h])`;
  const parameters = new URLSearchParams({ query });
  const response = await fetch(`${prometheus}/api/v1/query?${parameters}`);
  const { data } = (await response.json()) as { data: { result: readonly { metric: Labels }[] } };
  const [old, live] = [true, false].map((isOld) =>
    data.result
      .map(({ metric: { collector_instance_id, instance, ...labels } }) => ({
        id: collector_instance_id ?? instance,
        labels,
      }))
      .filter(({ id }) => (id === "backfilled") === isOld)
      .map(({ labels }) => labels),
  );
  const known = new Set(live?.map(text));
  const counted = new Set(live?.map(what));
  const strange = old?.find((labels) => counted.has(what(labels)) && !known.has(text(labels)));
  if (strange)
    throw new BrokenDrill(`The collector counts under other labels than were backfilled: ${text(strange)}`);
}

const text = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());
/** Which labels say what is counted; all others must be the same. */
const what = (labels: Labels) => [labels.__name__, ...named.map((name) => labels[name])].join(" ");
const named = ["http_request_method", "http_route", "http_response_status_code", "frontdesk_probe_step"];
