import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { access } from "../../platform/access.ts";
import { problems } from "../../platform/contract.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { nextLink } from "../../platform/page.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { activityQuery, activityView } from "./contract.ts";
import type { ActivityEntry, EventDeps } from "./ports.ts";

const dayRowsMax = 60;

const show = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/activity",
  tags: ["activity"],
  summary: "Show what happened",
  description:
    "The last change of each booking, newest first, and events counted per day (UTC). It follows a change within seconds.",
  request: { query: activityQuery },
  responses: {
    200: { description: "A page.", content: { "application/json": { schema: activityView } } },
    ...problems("invalid_request", "unauthenticated", "not_found"),
  },
});

export function eventRoutes({ activity }: Pick<EventDeps, "activity">) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });

  app.openapi(show, async (c) => {
    const tenantId = c.get("tenant").id;
    const [page, days] = await Promise.all([
      activity.latest(tenantId, c.req.valid("query")),
      activity.days(tenantId, dayRowsMax),
    ]);
    const link = nextLink(c.req.url, page.next);
    const next = page.next === undefined ? {} : { next_cursor: page.next };
    return c.json(
      { items: page.items.map(onWire), days: [...days], ...next },
      200,
      link === undefined ? {} : { Link: link },
    );
  });

  return app;
}

const onWire = ({ type, aggregate, payload, at }: ActivityEntry) => ({
  type,
  booking_id: aggregate,
  room_id: String(payload.room_id),
  at: new Date(at).toISOString(),
});
