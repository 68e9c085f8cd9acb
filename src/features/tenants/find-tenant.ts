import type { Tenant } from "../../platform/access.ts";
import { isSlug } from "../../platform/slug.ts";
import type { TenantDeps } from "./ports.ts";

/** Every request asks this, so an isolate may answer from memory; a change of tier or name, or a removal, is seen after this long. */
const rememberedForMs = 5_000;
const rememberedMax = 1_000;

/** Finds tenants by slug and remembers those it found, briefly and boundedly; an unknown slug is asked again each time. */
export function tenantFinder(
  deps: Pick<TenantDeps, "clock" | "tenants">,
): (slug: string) => Promise<Tenant | undefined> {
  const remembered = new Map<string, { readonly tenant: Tenant; readonly until: number }>();
  return async (slug) => {
    if (!isSlug(slug)) return undefined;
    const known = remembered.get(slug);
    if (known && known.until > deps.clock()) return known.tenant;
    remembered.delete(slug);
    const tenant = await deps.tenants.bySlug(slug);
    if (tenant) {
      if (remembered.size >= rememberedMax) remembered.clear();
      remembered.set(slug, { tenant, until: deps.clock() + rememberedForMs });
    }
    return tenant;
  };
}
