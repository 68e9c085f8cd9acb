import { z } from "@hono/zod-openapi";

const check = z.object({
  component_type: z.literal("datastore").or(z.literal("component")),
  observed_value: z.number().openapi({ description: "Time to answer." }),
  observed_unit: z.literal("ms"),
  status: z.enum(["pass", "fail"]),
  output: z.string().optional().openapi({ description: "What went wrong, when it did." }),
  time: z.iso.datetime(),
});

export const health = z
  .object({ status: z.enum(["pass", "fail"]), service_id: z.literal("frontdesk"), release_id: z.string() })
  .openapi("Health");

export const deepHealth = health
  .extend({ checks: z.record(z.string(), z.array(check)) })
  .openapi("DeepHealth");
