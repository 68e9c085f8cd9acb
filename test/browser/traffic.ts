import { inject } from "vitest";
import { newTraceId, sendLog } from "../stack/otlp.ts";
import { poll } from "../stack/stores/poll.ts";
import { query } from "../stack/stores/prometheus.ts";
import { search } from "../stack/stores/tempo.ts";

/** Ids that the answers carried, and what a record of a repaired calendar says. */
export type Traffic = { readonly booked: string; readonly refused: string; readonly said: string };

/** Books a room, tries to book it again, and waits until the stores know both. */
export async function makeTraffic(): Promise<Traffic> {
  const { urls, demo } = inject("frontdesk");
  if (!demo) throw new Error("there is no demo tenant");
  const headers = {
    "X-Tenant": demo.slug,
    "Content-Type": "application/json",
    Authorization: `Bearer ${demo.token}`,
  };
  const from = new Date(Date.now() + 86_400_000 * (40 + Math.random() * 300));
  const body = JSON.stringify({
    room_id: demo.roomId,
    from: from.toISOString(),
    to: new Date(from.getTime() + 900_000).toISOString(),
    customer: { name: "Ada Lovelace", email: "ada@example.com" },
  });
  const book = async () => {
    const answer = await fetch(`${urls.api}/v1/bookings`, {
      method: "POST",
      headers: { ...headers, "Idempotency-Key": `"browser-${crypto.randomUUID()}"` },
      body,
    });
    await answer.text();
    return answer;
  };
  const [booked, refused] = [await book(), await book()];
  if (booked.status !== 201 || refused.status !== 409)
    throw new Error(`expected 201 and 409, got ${booked.status} and ${refused.status}`);
  const said = `seen by the console ${newTraceId()}`;
  const record = { body: said, eventName: "calendar.repaired" };
  await sendLog(urls.collector, newTraceId(), record, { service: "browser-test", environment: "local" });
  await known(urls, refused.headers.get("x-request-id") ?? "");
  return {
    booked: booked.headers.get("x-request-id") ?? "",
    refused: refused.headers.get("x-request-id") ?? "",
    said,
  };
}

async function known(urls: { tempo: string; prometheus: string }, id: string): Promise<void> {
  const traces = await poll(
    () => search(urls.tempo, `{ span.frontdesk.request.id = "${id}" }`),
    (found) => found.length > 0,
  );
  const rates = await poll(
    () =>
      query(
        urls.prometheus,
        'sum(rate(http_server_request_duration_seconds_count{service_name="frontdesk"}[5m])) > 0',
      ),
    (found) => found.length > 0,
  );
  if (traces.length === 0 || rates.length === 0)
    throw new Error("the stores did not get to know the traffic");
}
