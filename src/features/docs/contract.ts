import { z } from "@hono/zod-openapi";

export const openapiDocument = z.looseObject({ openapi: z.literal("3.1.0") });
export const page = z.string();
