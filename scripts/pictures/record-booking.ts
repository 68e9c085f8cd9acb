import { setTimeout as pause } from "node:timers/promises";
import type { TempoTrace } from "./trace.ts";

const tenant = { "X-Tenant": "demo", "Content-Type": "application/json" };

/** Books the first room of the demo tenant for an hour far ahead and returns the trace id of that request. */
export async function bookARoom(api: string): Promise<string> {
  const credentials = { email: "owner@demo.example", password: "demo-password-1" };
  const login = await call(`${api}/v1/auth/login`, {
    method: "POST",
    headers: tenant,
    body: JSON.stringify(credentials),
  });
  const { token } = (await login.json()) as { token: string };
  const headers = { ...tenant, Authorization: `Bearer ${token}` };
  const rooms = (await (await call(`${api}/v1/rooms`, { headers })).json()) as { items: { id: string }[] };
  const from = new Date(Date.now() + (30 + Math.random() * 300) * 86_400_000);
  from.setUTCMinutes(0, 0, 0);
  const booking = await call(`${api}/v1/bookings`, {
    method: "POST",
    headers: { ...headers, "Idempotency-Key": `"picture-${crypto.randomUUID()}"` },
    body: JSON.stringify({
      room_id: rooms.items[0]?.id,
      from: from.toISOString(),
      to: new Date(from.getTime() + 3_600_000).toISOString(),
      customer: { name: "Ada Lovelace", email: "ada@example.com" },
    }),
  });
  const traceparent = /00-([0-9a-f]{32})-/.exec(booking.headers.get("Server-Timing") ?? "");
  if (!traceparent?.[1]) throw new Error("the answer has no traceparent in Server-Timing");
  return traceparent[1];
}

/** The trace, once Tempo has its root. */
export function traceById(tempo: string, id: string): Promise<TempoTrace> {
  return eventually(`the trace ${id}`, async () => {
    const answer = await fetch(`${tempo}/api/traces/${id}`, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as TempoTrace) : undefined;
  });
}

/** Other traces that hold a span with a link to this one. */
export async function linkedTraces(tempo: string, id: string): Promise<TempoTrace[]> {
  const query = encodeURIComponent(`{ link:traceID = "${id}" }`);
  const found = await eventually(`a trace linked to ${id}`, async () => {
    const answer = await fetch(`${tempo}/api/search?q=${query}&limit=5`);
    const { traces } = (await answer.json()) as { traces?: { traceID: string }[] };
    // Spans of the booking itself link to the request that wrote the event.
    const others = (traces ?? []).filter(({ traceID }) => traceID.padStart(32, "0") !== id);
    return others.length > 0 ? others : undefined;
  });
  return Promise.all(found.map(({ traceID }) => traceById(tempo, traceID)));
}

async function call(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (!answer.ok)
    throw new Error(`${init.method ?? "GET"} ${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(1_000)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Tempo did not show ${what} within 60 s`);
}
