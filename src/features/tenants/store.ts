import { and, eq, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Tenant } from "../../platform/access.ts";
import { countRemoved } from "../../platform/batch.ts";
import { ask, type Db } from "../../platform/db.ts";
import type { TenantDeps } from "./ports.ts";
import { tenants } from "./table.ts";

export function tenantStore(db: Db) {
  return {
    async bySlug(slug: string): Promise<Tenant | undefined> {
      const here = and(eq(tenants.slug, slug), isNull(tenants.removedAt));
      const [row] = await ask(db.select(profile).from(tenants).where(here).limit(1));
      return row;
    },
    /** A statement for the batch that makes a tenant and its owner together. */
    insertion: (tenant: Tenant) => db.insert(tenants).values(tenant),
    /** A condition for queries that let somebody in: the tenant is not removed. */
    isOpen: (tenantId: SQLiteColumn): SQL =>
      sql`not exists (select 1 from ${tenants} where ${tenants.id} = ${tenantId} and ${tenants.removedAt} is not null)`,
  };
}

const profile = {
  id: tenants.id,
  slug: tenants.slug,
  name: tenants.name,
  tier: tenants.tier,
  createdAt: tenants.createdAt,
};

/** @param hasEvents  the events feature's condition on a tenant */
export function removalStore(db: Db, hasEvents: (tenantId: SQLiteColumn) => SQL): TenantDeps["removals"] {
  return {
    async mark(id, now) {
      const here = and(eq(tenants.id, id), isNull(tenants.removedAt));
      await ask(db.update(tenants).set({ removedAt: now }).where(here));
    },
    async marked(before, limit) {
      const due = and(isNotNull(tenants.removedAt), lt(tenants.removedAt, before));
      const some = db.select({ id: tenants.id }).from(tenants).where(due).orderBy(sql`random()`);
      return (await ask(some.limit(limit))).map(({ id }) => id);
    },
    async end(id) {
      const over = and(eq(tenants.id, id), isNotNull(tenants.removedAt), sql`not ${hasEvents(tenants.id)}`);
      return (await countRemoved(db, [db.delete(tenants).where(over)])) === 1;
    },
  };
}
