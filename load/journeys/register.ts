import { call } from "../lib/client.ts";
import type { Tenant } from "../lib/seeded.ts";

export const registerRoute = "POST /v1/auth/register";

/** A business signs up. */
export function register({ slug, name, owner }: Tenant): void {
  call({ method: "POST", route: "/v1/auth/register", body: { tenant: { slug, name }, owner }, expect: 201 });
}
