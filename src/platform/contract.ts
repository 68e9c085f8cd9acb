import { z } from "@hono/zod-openapi";
import type { FailureCode } from "./errors.ts";
import { failures } from "./errors.ts";

const problem = z
  .object({
    type: z.string().openapi({
      example: "https://demo.frontdesk.example/docs#invalid_request",
      description: "Leads to /docs of the host that answered.",
    }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]]),
    trace_id: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem", { description: "RFC 9457 problem document." });

/** A JSON body, as routes document theirs. */
export const json = <S>(schema: S) => ({ "application/json": { schema } });

/** Documents the failures that a route may answer with: spread into `responses`. */
export function problems<C extends FailureCode>(...codes: readonly C[]) {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const status = failures[code].status;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { "application/problem+json": { schema: problem } };
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [status, { description: names.join(" or "), content }]),
  );
}

/** A point in time on the wire: RFC 3339 in UTC. */
export const instant = z.iso
  .datetime({ error: "must be an RFC 3339 time in UTC, such as 2026-12-01T09:00:00Z" })
  .openapi({ example: "2026-12-01T09:00:00Z" });

/** A name that people read: trimmed, not empty, on one line. */
export const displayName = (lengthMax: number, whenEmpty = "must not be empty") =>
  z
    .string()
    .trim()
    .min(1, whenEmpty)
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .refine((text) => !/\p{Cc}/u.test(text), "must not have control characters, such as NUL or a line break");

/** Query of every list; a parameter that it does not know is refused, for a misspelt filter would show too much. */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number({ error: "must be a whole number from 1 to 100" })
    .int("must be a whole number from 1 to 100")
    .min(1, "must be at least 1")
    .max(100, "must be at most 100")
    .default(20)
    .openapi({ description: "Items per page." }),
  cursor: z
    .string()
    .max(500, "must be the cursor of a page")
    .optional()
    .openapi({ description: "Opaque; from the last page." }),
});
