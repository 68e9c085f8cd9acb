import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type RecordedSpan,
  type Recording,
  type SpanTree,
  startRecording,
} from "../../../../telemetry/kit/recording.ts";
import { type House, makeRoom, openHouse } from "../../support/house.ts";

let house: House;
let recording: Recording;
let slot = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 86_400_000;

beforeAll(async () => {
  house = await openHouse();
});
beforeEach(() => {
  recording = startRecording();
});

function book(roomId: string): Promise<Response> {
  slot += 3_600_000;
  const customer = { name: "Ada", email: "ada@example.com" };
  const json = { room_id: roomId, from: iso(slot), to: iso(slot + 1_800_000), customer };
  return house.call("POST", "/v1/bookings", { json, headers: { "idempotency-key": crypto.randomUUID() } });
}
const iso = (ms: number) => new Date(ms).toISOString();

async function eventually<T>(ask: () => T | undefined): Promise<T> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it did not happen in time:\n${recording.outline()}`);
}

const entryOf = (name: string) => () => recording.trees().find(({ span }) => span.name === name);
const find = (tree: SpanTree, name: string): SpanTree | undefined =>
  tree.span.name === name
    ? tree
    : tree.children.map((child) => find(child, name)).find((found) => found !== undefined);
const names = ({ children }: SpanTree): string[] => children.map(({ span }) => `${span.kind} ${span.name}`);

describe("a booking, seen", () => {
  it("is one tree: story, hold, deciding batch, apply; and the queue's consumer links to it", async () => {
    const room = await makeRoom(house);
    recording.clear();
    expect((await book(room.id)).status).toBe(201);
    const entry = await eventually(entryOf("POST /v1/bookings"));
    expect(entry.span).toMatchObject({
      kind: "SERVER",
      attributes: { "frontdesk.sli": true, "http.response.status_code": 201 },
    });
    const story = find(entry, "booking.create");
    expect(story && names(story)).toEqual(
      expect.arrayContaining([
        "CLIENT RoomCalendar/hold",
        expect.stringMatching(/^CLIENT BATCH .*bookings/),
        "CLIENT RoomCalendar/apply",
      ]),
    );
    const hold = find(entry, "RoomCalendar/hold");
    expect(hold && names(hold)).toEqual(["SERVER RoomCalendar/hold"]);
    const consumer = await eventually(() => recording.spans().find(({ kind }) => kind === "CONSUMER"));
    expect(consumer.links.map(({ traceId }) => traceId)).toContain(entry.span.traceId);
  });

  it("counts once for the SLI, whatever it calls", async () => {
    const room = await makeRoom(house);
    recording.clear();
    await book(room.id);
    await eventually(entryOf("POST /v1/bookings"));
    const counted = recording.spans().filter(({ attributes }) => attributes["frontdesk.sli"] === true);
    expect(counted.map(({ name }) => name)).toEqual(["POST /v1/bookings"]);
  });

  it("carries the request's ids and tenant on every span of the request", async () => {
    const room = await makeRoom(house);
    recording.clear();
    const response = await book(room.id);
    const entry = await eventually(entryOf("POST /v1/bookings"));
    const own = (span: RecordedSpan) => span.traceId === entry.span.traceId && span.kind !== "CONSUMER";
    const spans = recording.spans().filter(own);
    expect(
      spans.filter(({ name, kind }) => kind === "SERVER" && name.startsWith("RoomCalendar/")),
    ).toHaveLength(2);
    for (const { attributes } of spans)
      expect(attributes).toMatchObject({
        "frontdesk.request.id": response.headers.get("x-request-id"),
        "frontdesk.tenant.id": house.tenant.id,
      });
  });
});
