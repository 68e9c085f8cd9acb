import { call } from "../lib/client.ts";

export const removeTenantRoute = "DELETE /v1/tenant";

/** The owner closes the house: its sessions end at once, and all that it holds is gone some minutes later. */
export function removeTenant(slug: string, token: string): void {
  const query = `confirm=${slug}`;
  call({ method: "DELETE", route: "/v1/tenant", query, tenant: slug, token, expect: 204, by: "tear-down" });
}
