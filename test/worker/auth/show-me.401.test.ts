import { importJWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { signedTokens } from "../../../src/features/auth/token.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { handClock } from "../../fakes/clock.ts";
import { call, env, problemOf, request } from "../support/api.ts";
import { type House, openHouse } from "../support/house.ts";

const me = (host: string, headers: Record<string, string>) => call("GET", "/v1/auth/me", { host, headers });

const strangers: Record<string, (house: House) => Promise<Record<string, string>> | Record<string, string>> =
  {
    "no token": () => ({}),
    "an empty cookie": () => ({ cookie: "__Host-frontdesk=" }),
    "another scheme": () => ({ authorization: "Basic b3duZXI6cGFzcw==" }),
    "words that are no token": () => ({ authorization: "Bearer hello" }),
    "a token whose last byte was changed": ({ token }) => ({
      authorization: `Bearer ${token.slice(0, -4)}AAAA`,
    }),
    "a token without a signature": ({ token }) => {
      const none = btoa(JSON.stringify({ alg: "none", typ: "JWT" })).replaceAll("=", "");
      return { authorization: `Bearer ${none}.${token.split(".")[1]}.` };
    },
    "a token of another issuer": (house) => signedBy(house, { issuer: "https://elsewhere.example" }),
    "a token for another audience": (house) => signedBy(house, { audience: "another-service" }),
    "a token of another tenant": async () => ({ authorization: `Bearer ${(await openHouse()).token}` }),
  };

describe("refuses", () => {
  for (const [name, headersFor] of Object.entries(strangers))
    it(name, async () => {
      const house = await openHouse();
      const response = await me(house.host, await headersFor(house));
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="frontdesk"/);
      expect((await problemOf(response)).code).toBe("unauthenticated");
    });

  it("a session whose time is over, whatever the token says", async () => {
    const clock = handClock();
    const house = await openHouse(clock());
    const app = createApp(buildDeps(env, { clock, ids: randomIds }));
    const ask = () => app.fetch(request("GET", "/v1/auth/me", house.authorized()), env);
    expect((await ask()).status).toBe(200);
    clock.advance(3_600_000);
    expect((await ask()).status).toBe(401);
    const lasting = { ...house.session, expiresAt: clock() + 3_600_000 };
    const token = await signedTokens(env.JWT_KEYS, "https://localhost", clock).issue(lasting);
    const headers = { authorization: `Bearer ${token}` };
    expect((await app.fetch(request("GET", "/v1/auth/me", { host: house.host, headers }), env)).status).toBe(
      401,
    );
  });
});

async function signedBy(
  house: House,
  wrong: { issuer?: string; audience?: string },
): Promise<Record<string, string>> {
  const [key] = JSON.parse(env.JWT_KEYS).keys;
  const token = await new SignJWT({ sid: house.session.id, tid: house.tenant.id })
    .setProtectedHeader({ alg: "ES256", kid: key.kid })
    .setIssuer(wrong.issuer ?? "https://localhost")
    .setAudience(wrong.audience ?? "frontdesk")
    .setExpirationTime("1h")
    .sign(await importJWK(key, "ES256"));
  return { authorization: `Bearer ${token}` };
}
