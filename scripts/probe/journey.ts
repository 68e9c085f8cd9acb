import { randomUUID } from "node:crypto";
import type { ErrorType } from "../../telemetry/attributes.ts";
import type { Answer, Ask, Body } from "./ask.ts";
import { tenant } from "./ask.ts";
import { type Step, StepFailed, steps, wordsOf } from "./failure.ts";
import type { Credentials } from "./options.ts";

export type StepResult = {
  readonly step: Step;
  readonly seconds: number;
  readonly errorType?: ErrorType;
  /** In words; only for people. */
  readonly why?: string;
};

const owner = { email: "probe@probe.example", name: "Synthetic Probe" };
const room = { name: "Probe room", capacity: 1 };
const slotMs = 15 * 60_000;

/** What a round leaves for the next one. */
export type Memory = {
  roomId: string | undefined;
  /** Bookings may be left: from a crash, or because a cancellation failed. */
  leftovers: boolean;
};
export const nothingKnown = (): Memory => ({ roomId: undefined, leftovers: true });

/**
 * One round: each step in turn until one fails, for the next ones need it.
 * The tenant and the room are made if they are not there, and bookings that an earlier round left are cancelled; that is no step.
 */
export async function journey(
  ask: Ask,
  credentials: Pick<Credentials, "healthToken" | "password">,
  memory: Memory,
  now: () => number = Date.now,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const attempt = async <T>(step: Step, isCounted: boolean, act: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1_000;
    try {
      const value = await act();
      if (isCounted) results.push({ step, seconds: seconds() });
      return value;
    } catch (error) {
      const errorType = error instanceof StepFailed ? error.errorType : "_OTHER";
      results.push({ step, seconds: seconds(), errorType, why: wordsOf(error) });
      throw error;
    }
  };
  const take = <T>(step: Step, act: () => Promise<T>) => attempt(step, true, act);
  /** What a step needs first counts as that step when it fails. */
  const before = <T>(step: Step, act: () => Promise<T>) => attempt(step, false, act);

  // Health is its own: guests may be served while a dependency that they do not need is away.
  await take("health", () => deepHealth(ask, credentials.healthToken)).catch(() => undefined);
  try {
    await before("login", () => makeTenant(ask, credentials.password, memory));
    const bearer = await take("login", () => logIn(ask, credentials.password));
    await before("availability", () => prepareRoom(ask, bearer, memory));
    const roomId = memory.roomId ?? "";
    const slot = await take("availability", () => freeSlot(ask, bearer, roomId, now()));
    memory.leftovers = true;
    const booking = await take("book", () => book(ask, bearer, roomId, slot));
    await take("cancel", () => cancel(ask, bearer, booking));
    memory.leftovers = false;
    // A session for each round would stay open for its whole life otherwise.
    await ask({ method: "POST", path: "/v1/auth/logout", bearer, accept: [204] });
  } catch {
    // The data were emptied, or the tenant is another one now: look again next time.
    const { errorType } = results.at(-1) ?? {};
    if (errorType === "unauthenticated" || errorType === "not_found") memory.roomId = undefined;
  }
  return results;
}

/** Every step was tried and was good. */
export const isGood = (results: readonly StepResult[]): boolean =>
  results.length === steps.length && results.every(({ errorType }) => errorType === undefined);

async function deepHealth(ask: Ask, bearer: string): Promise<void> {
  const { body } = await ask({ method: "GET", path: "/v1/health/deep", bearer });
  if (body.status !== "pass")
    throw new StepFailed("unavailable", `deep health says "${String(body.status)}"`);
}

/** Once for each process, and only where the tenant is not known yet. */
async function makeTenant(ask: Ask, password: string, memory: Memory): Promise<void> {
  if (memory.roomId !== undefined) return;
  const credentials = { email: owner.email, password };
  const { status } = await ask({
    ...{ method: "POST", path: "/v1/auth/login", body: credentials },
    accept: [200, 401, 404],
  });
  if (status === 200) return;
  const made = await ask({
    method: "POST",
    path: "/v1/auth/register",
    body: { tenant: { slug: tenant, name: "Synthetic Probe" }, owner: { ...owner, password } },
    accept: [201, 409],
  });
  if (made.status === 409)
    throw new StepFailed(
      "unauthenticated",
      `the tenant "${tenant}" has another password than PROBE_PASSWORD`,
    );
}

async function logIn(ask: Ask, password: string): Promise<string> {
  const { body } = await ask({
    method: "POST",
    path: "/v1/auth/login",
    body: { email: owner.email, password },
  });
  return text(body, "token");
}

async function prepareRoom(ask: Ask, bearer: string, memory: Memory): Promise<void> {
  if (memory.roomId === undefined) {
    const { body } = await ask({ method: "GET", path: "/v1/rooms?limit=100", bearer });
    const found = items(body).find(({ name }) => name === room.name);
    const made = found ?? (await ask({ method: "POST", path: "/v1/rooms", bearer, body: room })).body;
    memory.roomId = text(made, "id");
  }
  if (!memory.leftovers) return;
  const path = `/v1/bookings?room_id=${memory.roomId}&status=confirmed&limit=100`;
  for (const booking of items((await ask({ method: "GET", path, bearer })).body)) {
    // One whose time is over cannot be cancelled, and takes nobody's place.
    await cancel(ask, bearer, text(booking, "id"), [200, 409]);
  }
  memory.leftovers = false;
}

type Slot = { readonly from: string; readonly to: string };

/** A quarter of an hour of the day after tomorrow at which the room is free, by chance: another probe may look as well. */
async function freeSlot(ask: Ask, bearer: string, roomId: string, now: number): Promise<Slot> {
  const time = (ms: number) => new Date(ms).toISOString();
  const from = Math.ceil(now / slotMs) * slotMs + 48 * 3_600_000;
  const range = new URLSearchParams({ from: time(from), to: time(from + 96 * slotMs) });
  const path = `/v1/rooms/${roomId}/availability?${range}`;
  const { body } = await ask({ method: "GET", path, bearer });
  const starts = intervals(body.free).flatMap(([begin, end]) => {
    const count = Math.floor((end - begin) / slotMs);
    return Array.from({ length: Math.max(0, count) }, (_, index) => begin + index * slotMs);
  });
  const start = starts[Math.floor(Math.random() * starts.length)];
  if (start === undefined) throw new StepFailed("_OTHER", "the probe's room has no free quarter of an hour");
  return { from: time(start), to: time(start + slotMs) };
}

async function book(ask: Ask, bearer: string, roomId: string, slot: Slot): Promise<string> {
  const { body } = await ask({
    method: "POST",
    path: "/v1/bookings",
    bearer,
    idempotencyKey: randomUUID(),
    body: { room_id: roomId, ...slot, customer: { name: owner.name, email: owner.email } },
    accept: [201],
  });
  return text(body, "id");
}

async function cancel(
  ask: Ask,
  bearer: string,
  id: string,
  accept: readonly number[] = [200],
): Promise<Answer> {
  const answer = await ask({ method: "POST", path: `/v1/bookings/${id}/cancel`, bearer, accept });
  if (answer.status === 200 && answer.body.status !== "cancelled")
    throw new StepFailed("_OTHER", `the booking is "${String(answer.body.status)}" after its cancellation`);
  return answer;
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new StepFailed("_OTHER", `the answer has no "${name}"`);
  return value;
}

const items = (body: Body): Body[] => (Array.isArray(body.items) ? (body.items as Body[]) : []);

function intervals(value: unknown): [number, number][] {
  if (!Array.isArray(value)) throw new StepFailed("_OTHER", 'the answer has no "free"');
  return (value as Slot[]).map(({ from, to }) => [Date.parse(from), Date.parse(to)]);
}
