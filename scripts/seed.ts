import { randomBytes } from "node:crypto";
import { problemWords } from "../load/lib/problem.ts";

/** The tenant that every local Frontdesk has, made through the API like any other. */
export type DemoTenant = { readonly slug: string; readonly token: string; readonly roomId: string };

export const demoOwner = { email: "owner@demo.example", password: "demo-password-1" } as const;
/** Traces of the seed begin with this, so that the terminal shows the newcomer's own requests only. */
export const seedTracePrefix = "5eed5eed";
const slug = "demo";
const rooms = [
  { name: "Harbour", capacity: 8 },
  { name: "Lighthouse", capacity: 3 },
];

/**
 * Makes the demo tenant, its owner and rooms if they are not there. Rooms that got other names are still its rooms.
 *
 * @param api  e.g. `http://127.0.0.1:8787`
 * @throws Error naming the request that was refused, and its answer
 */
export async function seedDemo(api: string, signal?: AbortSignal): Promise<DemoTenant> {
  const ask = asker(api, signal);
  const login = () => ask("POST", "/v1/auth/login", { body: demoOwner, accept: [200, 401, 404] });
  let session = await login();
  if (session.status !== 200) {
    const registration = {
      tenant: { slug, name: "Demo Rooms" },
      owner: { ...demoOwner, name: "Dana Owner" },
    };
    await ask("POST", "/v1/auth/register", { body: registration, accept: [201], tenant: false });
    session = await login();
  }
  const token = text(session.body, "token");
  const found = list((await ask("GET", "/v1/rooms", { token, accept: [200] })).body);
  const missing = rooms.filter(({ name }) => !found.some((room) => room.name === name));
  for (const room of missing.slice(0, Math.max(0, rooms.length - found.length)))
    found.push((await ask("POST", "/v1/rooms", { body: room, token, accept: [201] })).body);
  const shown = found.find(({ name }) => name === rooms[0]?.name) ?? found[0] ?? {};
  return { slug, token, roomId: text(shown, "id") };
}

/** Shell lines that log in and book; pasted twice they show the same booking, thanks to the idempotency key. */
export function bookingCommands(api: string, { slug: tenant, roomId }: DemoTenant, now = Date.now()): string {
  const quarterMs = 15 * 60_000;
  const from = Math.ceil(now / quarterMs) * quarterMs + 24 * 3_600_000;
  const time = (ms: number) => new Date(ms).toISOString();
  const customer = { name: "Ada Lovelace", email: "ada@example.com" };
  const booking = JSON.stringify({ room_id: roomId, from: time(from), to: time(from + quarterMs), customer });
  return [
    `TOKEN=$(curl -s ${api}/v1/auth/login -H 'X-Tenant: ${tenant}' -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(demoOwner)}' | sed -E 's/.*"token":"([^"]+)".*/\\1/')`,
    `curl -i ${api}/v1/bookings -H 'X-Tenant: ${tenant}' -H "Authorization: Bearer $TOKEN" \\`,
    `  -H 'Content-Type: application/json' -H 'Idempotency-Key: "first-booking-${from / quarterMs}"' \\`,
    `  -d '${booking}'`,
  ].join("\n");
}

type Json = { readonly [key: string]: unknown };
type Question = {
  readonly body?: unknown;
  readonly token?: string;
  readonly accept: readonly number[];
  readonly tenant?: false;
};

function asker(api: string, signal: AbortSignal | undefined) {
  return async (method: string, path: string, { body, token, accept, tenant }: Question) => {
    const timeout = AbortSignal.timeout(20_000);
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        traceparent: `00-${seedTracePrefix}${hex(12)}-${hex(8)}-01`,
        ...(tenant === false ? {} : { "x-tenant": slug }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const answer = await response.text();
    if (!accept.includes(response.status))
      throw new Error(`${method} ${path} answered ${response.status} ${problemWords(answer)}`);
    return { status: response.status, body: parse(answer) };
  };
}

const hex = (bytes: number) => randomBytes(bytes).toString("hex");

function parse(answer: string): Json {
  try {
    return object(JSON.parse(answer));
  } catch {
    return {};
  }
}

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

/** The list inside a page, whatever it is called. */
function list(page: Json): Json[] {
  const found = Object.values(page).find(Array.isArray) as unknown[] | undefined;
  return (found ?? []).map(object);
}

function text(body: Json, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`the API gave no "${name}"`);
  return value;
}
