import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { access } from "../../platform/access.ts";
import { json, problems } from "../../platform/contract.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { pageAnswer } from "../../platform/page.ts";
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
    200: { description: "A page.", content: json(activityView) },
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
    const { fields, headers } = pageAnswer(c.req.url, page, onWire);
    return c.json({ ...fields, days: [...days] }, 200, headers);
  });

  return app;
}

const onWire = ({ type, aggregate, payload, at }: ActivityEntry) => ({
  type,
  booking_id: aggregate,
  room_id: String(payload.room_id),
  at: new Date(at).toISOString(),
});
