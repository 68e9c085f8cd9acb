import { call } from "../lib/client.ts";

export const logOutRoute = "POST /v1/auth/logout";

/** The session ends; its token is worth nothing from now on. */
export function logOut(tenant: string, token: string): void {
  call({ method: "POST", route: "/v1/auth/logout", tenant, token, expect: 204, by: "tear-down" });
}
