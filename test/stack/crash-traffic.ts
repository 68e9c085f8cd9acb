import { connect } from "node:net";

/** Traffic for the crash tests, and a look at both truths through the API alone: the calendar's and D1's. */
export type Booking = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
};

const hourMs = 3_600_000;
const start = Math.ceil(Date.now() / hourMs) * hourMs + 7 * 24 * hourMs;
/** Slots that are fought for. */
const slotsMax = 120;
const hour = (n: number) => new Date(start + n * hourMs).toISOString();

export type Api = Awaited<ReturnType<typeof signIn>>;

export async function signIn(base: string) {
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${base}${path}`, {
      method,
      headers: { "x-tenant": "demo", "content-type": "application/json", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
  const login = await call("POST", "/v1/auth/login", {
    email: "owner@demo.example",
    password: "demo-password-1",
  });
  const { token } = (await login.json()) as { token: string };
  const authorization = `Bearer ${token}`;
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(method, path, body, { authorization, ...headers });
  return {
    base,
    authorization,
    ask,
    json: async <T>(path: string) => (await (await ask("GET", path)).json()) as T,
  };
}

const wish = (room_id: string, slot: number) => ({
  room_id,
  from: hour(slot),
  to: hour(slot + 1),
  customer: { name: "Ada", email: "ada@example.com" },
});

/** What clients were told. A booking that is in neither list may or may not exist. */
export type Promises = {
  readonly confirmed: Set<string>;
  readonly cancelled: Set<string>;
  readonly touched: Set<string>;
};

/** Clients that book and cancel until the process dies under them. */
export async function traffic(
  api: Api,
  room: string,
  round: number,
  promises: Promises,
  clients = 6,
): Promise<void> {
  const client = async (number: number) => {
    for (let i = 0; ; i++) {
      const key = { "idempotency-key": `crash-${round}-${number}-${i}` };
      const made = await api.ask(
        "POST",
        "/v1/bookings",
        wish(room, Math.floor(Math.random() * slotsMax)),
        key,
      );
      if (made.status !== 201) continue;
      const { id } = (await made.json()) as Booking;
      promises.confirmed.add(id);
      if (Math.random() > 0.6) continue;
      promises.touched.add(id);
      if ((await api.ask("POST", `/v1/bookings/${id}/cancel`)).status === 200) promises.cancelled.add(id);
    }
  };
  // The connection breaks when the process is killed: that ends a client.
  await Promise.allSettled(Array.from({ length: clients }, (_, number) => client(number)));
}

/** Sends a booking request whole, and hangs up without waiting for the answer. */
export function bookAndHangUp(api: Api, room: string, slot: number): Promise<void> {
  const { hostname, port } = new URL(api.base);
  const body = JSON.stringify(wish(room, slotsMax + slot));
  const head = [
    "POST /v1/bookings HTTP/1.1",
    `Host: ${hostname}:${port}`,
    "X-Tenant: demo",
    `Authorization: ${api.authorization}`,
    `Idempotency-Key: hang-up-${slot}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ].join("\r\n");
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname === "localhost" ? "127.0.0.1" : hostname);
    socket.on("error", fail);
    socket.write(`${head}\r\n\r\n${body}`, () => setTimeout(() => socket.destroy(), slot));
    socket.on("close", () => done());
  });
}

export async function bookingsOf(api: Api, room: string): Promise<Booking[]> {
  const all: Booking[] = [];
  let path = `/v1/bookings?room_id=${room}&limit=100`;
  for (;;) {
    const page = await api.json<{ items: Booking[]; next_cursor?: string }>(path);
    all.push(...page.items);
    if (page.next_cursor === undefined) return all;
    path = `/v1/bookings?room_id=${room}&limit=100&cursor=${page.next_cursor}`;
  }
}

/** Intervals that the room's object blocks: what is placed and what is still held, neighbours merged. */
export async function blockedBy(api: Api, room: string): Promise<{ from: string; to: string }[]> {
  const range = `from=${hour(-24)}&to=${hour(slotsMax * 2)}`;
  return (await api.json<{ busy: { from: string; to: string }[] }>(`/v1/rooms/${room}/availability?${range}`))
    .busy;
}

/** The same form from what D1 says is confirmed. */
export function merged(bookings: readonly Booking[]): { from: string; to: string }[] {
  const busy: { from: string; to: string }[] = [];
  for (const { from, to } of bookings
    .filter(({ status }) => status === "confirmed")
    .sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = busy.at(-1);
    if (last?.to === from) last.to = to;
    else busy.push({ from, to });
  }
  return busy;
}

/** Events handled by the consumer, over all days. */
export async function handled(api: Api): Promise<Record<string, number>> {
  const { days } = await api.json<{ days: { type: string; events: number }[] }>("/v1/activity");
  const sums: Record<string, number> = { "booking.created": 0, "booking.cancelled": 0 };
  for (const { type, events } of days) sums[type] = (sums[type] ?? 0) + events;
  return sums;
}
