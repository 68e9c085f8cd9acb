import { expect, it } from "vitest";
import { sessionStore } from "../../../src/features/auth/store.ts";
import { tenantStore } from "../../../src/features/tenants/store.ts";
import { openDb } from "../../../src/platform/db.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { env } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

it("a new session takes the user's expired ones away, and no live one", async () => {
  const house = await openHouse();
  const db = openDb(env.DB);
  const sessions = sessionStore(db, tenantStore(db));
  const { tenantId, userId, expiresAt } = house.session;
  const open = async (createdAt: number) => {
    const session = {
      id: randomIds("session"),
      tenantId,
      userId,
      createdAt,
      expiresAt: createdAt + 3_600_000,
    };
    await sessions.open(session);
    return session.id;
  };
  const left = async () =>
    (
      await env.DB.prepare("SELECT id FROM sessions WHERE user_id = ? ORDER BY id")
        .bind(userId)
        .all<{ id: string }>()
    ).results;
  const second = await open(expiresAt - 1);
  expect((await left()).map(({ id }) => id).sort()).toEqual([house.session.id, second].sort());
  const third = await open(expiresAt);
  expect((await left()).map(({ id }) => id).sort()).toEqual([second, third].sort());
});
