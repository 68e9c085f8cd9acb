import type { Tenant } from "../../platform/access.ts";
import type { Clock } from "../../platform/clock.ts";

export type TenantDeps = {
  readonly clock: Clock;
  readonly tenants: { bySlug(slug: string): Promise<Tenant | undefined> };
};
