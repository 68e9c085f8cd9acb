import { eq } from "drizzle-orm";
import type { Tenant } from "../../platform/access.ts";
import { ask, type Db } from "../../platform/db.ts";
import { tenants } from "./table.ts";

export function tenantStore(db: Db) {
  return {
    async bySlug(slug: string): Promise<Tenant | undefined> {
      const [row] = await ask(db.select().from(tenants).where(eq(tenants.slug, slug)).limit(1));
      return row;
    },
    /** A statement for the batch that makes a tenant and its owner together. */
    insertion: (tenant: Tenant) => db.insert(tenants).values(tenant),
  };
}
