import { span } from "../../../telemetry/kit/index.ts";
import type { Session, Tenant } from "../../platform/access.ts";
import type { TenantDeps } from "./ports.ts";

export type Removal = "removed" | "not_owner" | "not_confirmed";

/**
 * Removes a tenant for good. One row decides it, so it is whole or has not happened; `sweepTenants` takes the rest.
 *
 * @param confirmed  what the caller says is removed: must be the slug, so that nobody removes the wrong house
 */
export function removeTenant(
  deps: Pick<TenantDeps, "clock" | "removals">,
  tenant: Tenant,
  session: Session,
  confirmed: string,
): Promise<Removal> {
  return span("tenant.remove", {}, async (active) => {
    const outcome = judge(tenant, session, confirmed);
    if (outcome === "removed") {
      await deps.removals.mark(tenant.id, deps.clock());
      active.annotate({ "frontdesk.event.name": "tenant.removed" });
    }
    active.annotate({ "frontdesk.outcome": outcome });
    return outcome;
  });
}

function judge({ slug }: Tenant, { role }: Session, confirmed: string): Removal {
  if (role !== "owner") return "not_owner";
  return confirmed === slug ? "removed" : "not_confirmed";
}
