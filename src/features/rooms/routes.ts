import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { access } from "../../platform/access.ts";
import { json, problems } from "../../platform/contract.ts";
import { AppError } from "../../platform/errors.ts";
import type { HttpEnv } from "../../platform/http.ts";
import type { Id } from "../../platform/ids.ts";
import { pageAnswer } from "../../platform/page.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { checkAvailability, rangeDaysMax } from "./check-availability.ts";
import {
  availabilityQuery,
  availabilityView,
  ifMatch,
  ifNoneMatch,
  newRoom,
  roomChange,
  roomListQuery,
  roomPage,
  roomParams,
  roomView,
} from "./contract.ts";
import { createRoom } from "./create-room.ts";
import type { RoomDeps } from "./ports.ts";
import type { Interval, Room } from "./room.ts";
import { updateRoom } from "./update-room.ts";

const everywhere = ["unauthenticated", "not_found"] as const;
const etagHeader = {
  ETag: { description: "Version of the room, for If-Match.", schema: { type: "string" } },
} as const;

const create = createRoute({
  ...access.session,
  method: "post",
  path: "/v1/rooms",
  tags: ["rooms"],
  summary: "Create a room",
  request: { body: { required: true, content: json(newRoom) } },
  responses: {
    201: { description: "The room.", headers: etagHeader, content: json(roomView) },
    ...problems("invalid_request", "malformed_body", "forbidden", ...everywhere),
  },
});

const list = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/rooms",
  tags: ["rooms"],
  summary: "List rooms",
  description: 'In order of creation. `Link: rel="next"` leads to the next page.',
  request: { query: roomListQuery },
  responses: {
    200: { description: "A page.", content: json(roomPage) },
    ...problems("invalid_request", ...everywhere),
  },
});

const show = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/rooms/{room_id}",
  tags: ["rooms"],
  summary: "Show a room",
  request: { params: roomParams, headers: ifNoneMatch },
  responses: {
    200: { description: "The room.", headers: etagHeader, content: json(roomView) },
    304: { description: "It is as you know it.", headers: etagHeader },
    ...problems(...everywhere),
  },
});

const change = createRoute({
  ...access.session,
  method: "patch",
  path: "/v1/rooms/{room_id}",
  tags: ["rooms"],
  summary: "Change a room",
  request: { params: roomParams, headers: ifMatch, body: { required: true, content: json(roomChange) } },
  responses: {
    200: { description: "The room as it is now.", headers: etagHeader, content: json(roomView) },
    ...problems("invalid_request", "malformed_body", "forbidden", "precondition_failed", ...everywhere),
  },
});

const availability = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/rooms/{room_id}/availability",
  tags: ["rooms"],
  summary: "Show when a room is free",
  description: `Half-open intervals \`[from, to)\` within a range of at most ${rangeDaysMax} days.`,
  request: { params: roomParams, query: availabilityQuery },
  responses: {
    200: { description: "Busy and free intervals.", content: json(availabilityView) },
    ...problems("invalid_request", ...everywhere),
  },
});

export function roomRoutes(deps: RoomDeps) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });

  app.openapi(create, async (c) => {
    const room = await createRoom(deps, c.get("tenant").id, c.req.valid("json"));
    return c.json(onWire(room), 201, { ETag: etag(room), Location: `/v1/rooms/${room.id}` });
  });

  app.openapi(list, async (c) => {
    const page = await deps.rooms.list(c.get("tenant").id, c.req.valid("query"));
    const { fields, headers } = pageAnswer(c.req.url, page, onWire);
    return c.json(fields, 200, headers);
  });

  app.openapi(show, async (c) => {
    const room = await deps.rooms.byId(c.get("tenant").id, c.req.valid("param").room_id as Id<"room">);
    if (!room) throw noRoom();
    const known = knows(c.req.valid("header")["if-none-match"], etag(room));
    return known ? c.body(null, 304, { ETag: etag(room) }) : c.json(onWire(room), 200, { ETag: etag(room) });
  });

  app.openapi(change, async (c) => {
    const id = c.req.valid("param").room_id as Id<"room">;
    const wanted = versionOf(c.req.valid("header")["if-match"]);
    const result = await updateRoom(deps, c.get("tenant").id, id, c.req.valid("json"), wanted);
    if (result.outcome === "not_found") throw noRoom();
    if (result.outcome === "version_differs") {
      throw new AppError(
        "precondition_failed",
        "The room was changed since you read it; read it again and repeat your change.",
      );
    }
    return c.json(onWire(result.room), 200, { ETag: etag(result.room) });
  });

  app.openapi(availability, async (c) => {
    const range = parseRange(c.req.valid("query"));
    const result = await checkAvailability(
      deps,
      c.get("tenant").id,
      c.req.valid("param").room_id as Id<"room">,
      range,
    );
    if (result.outcome === "not_found") throw noRoom();
    return c.json({ ...spell(range), busy: result.busy.map(spell), free: result.free.map(spell) }, 200);
  });

  return app;
}

const onWire = (room: Room) => ({
  id: room.id,
  name: room.name,
  capacity: room.capacity,
  created_at: new Date(room.createdAt).toISOString(),
  updated_at: new Date(room.updatedAt).toISOString(),
});

const etag = (room: Room) => `"${room.version}"`;

// RFC 9110, 13.1.2: a list of tags, or *; weak tags compare equal here.
const knows = (header: string | undefined, tag: string) =>
  (header ?? "").split(",").some((each) => ["*", tag].includes(each.trim().replace(/^W\//, "")));

const versionOf = (tag: string | undefined) =>
  tag === undefined || tag === "*" ? undefined : Number(tag.slice(1, -1));

const spell = ({ from, to }: Interval) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

function parseRange(query: { from: string; to: string }): Interval {
  const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
  const detail =
    to <= from
      ? "must be after from"
      : to - from > rangeDaysMax * 86_400_000
        ? `must be at most ${rangeDaysMax} days after from`
        : "";
  if (detail === "") return { from, to };
  throw new AppError("invalid_request", "The range does not fit; see errors.", {
    errors: [{ pointer: "to", detail }],
  });
}

const noRoom = () => new AppError("not_found", "There is no such room.");
