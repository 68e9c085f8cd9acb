import { exportJWK, generateKeyPair } from "jose";
import { expect, it } from "vitest";
import { signedTokens } from "../../../src/features/auth/token.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { call } from "../support/api.ts";

const newKey = async (kid: string) => ({
  ...(await exportJWK((await generateKeyPair("ES256", { extractable: true })).privateKey)),
  kid,
});
const jwks = (...keys: object[]) => JSON.stringify({ keys });
const now = Date.parse("2026-12-01T09:00:00Z");
const session = {
  id: randomIds("session"),
  tenantId: randomIds("tenant"),
  userId: randomIds("user"),
  createdAt: now,
  expiresAt: now + 1000,
};

it("publishes public keys only", async () => {
  const response = await call("GET", "/.well-known/jwks.json");
  expect(response.status).toBe(200);
  const { keys } = await response.json<{ keys: object[] }>();
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

it("signs with the first key and still accepts the one before it", async () => {
  const [older, newer] = [await newKey("older"), await newKey("newer")];
  const before = signedTokens(jwks(older), "https://x", () => now);
  const after = signedTokens(jwks(newer, older), "https://x", () => now);
  expect(await after.verify(await before.issue(session))).toEqual({
    session: session.id,
    tenant: session.tenantId,
  });
  expect(await before.verify(await after.issue(session))).toBeUndefined();
});

const wrong: Record<string, string> = {
  "no JSON": "{secret-canary",
  "no keys": '{"secret-canary":1}',
  "an empty list": jwks(),
  "a public key": jwks({ kty: "EC", crv: "P-256", kid: "secret-canary", x: "x", y: "y" }),
  "a key without kid": jwks({ kty: "EC", crv: "P-256", d: "secret-canary" }),
  "a key that is no point": jwks({ kty: "EC", crv: "P-256", kid: "k", d: "secret-canary", x: "x", y: "y" }),
};
for (const [name, text] of Object.entries(wrong))
  it(`names JWT_KEYS, not its value, when it holds ${name}`, async () => {
    const failure = await signedTokens(text, "https://x", () => now)
      .publicKeys()
      .then(
        () => undefined,
        (error: Error) => error,
      );
    expect(failure?.message).toContain("JWT_KEYS");
    expect(`${failure?.message}${failure?.stack}`).not.toContain("secret-canary");
  });
