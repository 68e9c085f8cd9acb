import { and, eq, gt, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Tenant } from "../../platform/access.ts";
import { deleteSome, type Statement } from "../../platform/batch.ts";
import { ask, ConstraintError, type Db } from "../../platform/db.ts";
import type { Id } from "../../platform/ids.ts";
import type { AuthDeps } from "./ports.ts";
import { sessions, users } from "./table.ts";

/** What the tenants feature lends. */
export type TenantLoan = {
  /** So that tenant and owner share one batch. */
  readonly insertion: (tenant: Tenant) => Statement;
  /** Nobody comes into a house that is removed. */
  readonly isOpen: (tenantId: SQLiteColumn) => SQL;
};

export function accountStore(db: Db, tenants: TenantLoan): AuthDeps["accounts"] {
  return {
    async create(tenant, owner) {
      try {
        await ask(db.batch([tenants.insertion(tenant), db.insert(users).values(owner)]));
        return "created";
      } catch (error) {
        if (error instanceof ConstraintError && error.rule === "tenants.slug") return "slug_taken";
        throw error;
      }
    },
    async byEmail(tenant, email) {
      const here = and(eq(users.tenantId, tenant), eq(users.email, email), tenants.isOpen(users.tenantId));
      const [row] = await ask(
        db
          .select({ ...profile, passwordHash: users.passwordHash })
          .from(users)
          .where(here)
          .limit(1),
      );
      return row;
    },
    async byId(tenant, user) {
      const here = and(eq(users.tenantId, tenant), eq(users.id, user));
      const [row] = await ask(db.select(profile).from(users).where(here).limit(1));
      return row;
    },
  };
}

const profile = {
  id: users.id,
  tenantId: users.tenantId,
  email: users.email,
  name: users.name,
  role: users.role,
};

export function sessionStore(db: Db, tenants: Pick<TenantLoan, "isOpen">): AuthDeps["sessions"] {
  return {
    async open(session) {
      const expired = and(eq(sessions.userId, session.userId), lte(sessions.expiresAt, session.createdAt));
      await ask(db.batch([db.delete(sessions).where(expired), db.insert(sessions).values(session)]));
    },
    async live(tenant, id, now) {
      const live = and(
        eq(sessions.id, id as Id<"session">),
        eq(sessions.tenantId, tenant),
        gt(sessions.expiresAt, now),
        isNull(sessions.revokedAt),
        tenants.isOpen(sessions.tenantId),
      );
      const columns = {
        id: sessions.id,
        userId: sessions.userId,
        role: users.role,
        expiresAt: sessions.expiresAt,
      };
      const joined = db.select(columns).from(sessions).innerJoin(users, eq(users.id, sessions.userId));
      const [row] = await ask(joined.where(live).limit(1));
      return row;
    },
    async revoke(id, now) {
      await ask(db.update(sessions).set({ revokedAt: now }).where(eq(sessions.id, id)));
    },
  };
}

/** Statements that remove a slice of a tenant's sessions, and the users that have none left. */
export const accountRemoval = (db: Db, tenant: Id<"tenant">, rows: number): Statement[] => [
  deleteSome(db, sessions, eq(sessions.tenantId, tenant), rows),
  db
    .delete(users)
    .where(
      and(
        eq(users.tenantId, tenant),
        sql`not exists (select 1 from ${sessions} where ${sessions.userId} = ${users.id})`,
      ),
    ),
];
