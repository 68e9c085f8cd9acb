import { and, eq, gt, isNull, lte } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { Tenant } from "../../platform/access.ts";
import { ask, ConstraintError, type Db } from "../../platform/db.ts";
import type { Id } from "../../platform/ids.ts";
import type { AuthDeps } from "./ports.ts";
import { sessions, users } from "./table.ts";

/** @param tenantInsertion  the tenants feature's statement, so that tenant and owner share one batch */
export function accountStore(
  db: Db,
  tenantInsertion: (tenant: Tenant) => BatchItem<"sqlite">,
): AuthDeps["accounts"] {
  return {
    async create(tenant, owner) {
      try {
        await ask(db.batch([tenantInsertion(tenant), db.insert(users).values(owner)]));
        return "created";
      } catch (error) {
        if (error instanceof ConstraintError && error.rule === "tenants.slug") return "slug_taken";
        throw error;
      }
    },
    async byEmail(tenant, email) {
      const here = and(eq(users.tenantId, tenant), eq(users.email, email));
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

export function sessionStore(db: Db): AuthDeps["sessions"] {
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
