import { call } from "../lib/client.ts";
import type { Tenant } from "../lib/seeded.ts";

export const loginRoute = "POST /v1/auth/login";

/** The owner signs in; gives the bearer token. */
export function login({ slug, owner: { email, password } }: Tenant): string {
  const answer = call({
    method: "POST",
    route: "/v1/auth/login",
    tenant: slug,
    body: { email, password },
    expect: 200,
  });
  return String(answer.body.token);
}
