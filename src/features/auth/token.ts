import { type CryptoKey, createLocalJWKSet, errors, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import type { Clock } from "../../platform/clock.ts";
import { ConfigurationError } from "../../platform/env.ts";
import type { AuthDeps, PublicKey } from "./ports.ts";

type KeyRing = {
  readonly signing: { readonly key: CryptoKey; readonly kid: string };
  readonly published: { keys: PublicKey[] };
  readonly resolve: ReturnType<typeof createLocalJWKSet>;
};

const alg = "ES256";
const audience = "frontdesk";

/**
 * Tokens signed with the first key of a private JWKS and checked against all of them, so that keys can be rotated.
 *
 * @param jwks  the text of JWT_KEYS; read once, at the first use
 */
export function signedTokens(jwks: string, issuer: string, clock: Clock): AuthDeps["tokens"] {
  let ring: KeyRing | undefined;
  // The keys are kept, never the promise of them: a request that dies would take the others with it.
  const keys = async () => {
    ring ??= await openKeyRing(jwks);
    return ring;
  };
  return {
    async issue(session) {
      const { signing } = await keys();
      return new SignJWT({ sid: session.id, tid: session.tenantId })
        .setProtectedHeader({ alg, kid: signing.kid, typ: "JWT" })
        .setSubject(session.userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(seconds(session.createdAt))
        .setExpirationTime(seconds(session.expiresAt))
        .sign(signing.key);
    },
    async verify(token) {
      const { resolve } = await keys();
      const currentDate = new Date(clock());
      try {
        const checked = await jwtVerify(token, resolve, { issuer, audience, currentDate, algorithms: [alg] });
        const { sid, tid } = checked.payload;
        return typeof sid === "string" && typeof tid === "string" ? { session: sid, tenant: tid } : undefined;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
    publicKeys: async () => (await keys()).published,
  };
}

const seconds = (epochMs: number) => Math.floor(epochMs / 1000);

async function openKeyRing(jwks: string): Promise<KeyRing> {
  const privateKeys = parseKeys(jwks);
  const published = { keys: privateKeys.map(publicPart) };
  const [first] = privateKeys;
  if (first === undefined) throw wrongKeys("it holds no key");
  const key = (await importJWK(first, alg).catch(() => {
    throw wrongKeys("the first key cannot be imported");
  })) as CryptoKey;
  return { signing: { key, kid: first.kid }, published, resolve: createLocalJWKSet(published) };
}

type PrivateKey = { kty: "EC"; crv: "P-256"; x: string; y: string; d: string; kid: string };

function parseKeys(jwks: string): PrivateKey[] {
  return keyList(jwks).map((key) => {
    const { kty, crv, x, y, d, kid } = key;
    if (kty === "EC" && crv === "P-256" && x && y && d && kid) return { kty: "EC", crv, x, y, d, kid };
    throw wrongKeys("every key must be a private P-256 key with a kid");
  });
}

function keyList(jwks: string): JWK[] {
  try {
    const keys: unknown = JSON.parse(jwks).keys;
    if (Array.isArray(keys)) return keys;
  } catch {
    throw wrongKeys("it is not JSON");
  }
  throw wrongKeys('it has no "keys" list');
}

function publicPart({ kty, crv, x, y, kid }: PrivateKey): PublicKey {
  return { kty, crv, x, y, kid, alg, use: "sig" };
}

const wrongKeys = (why: string) =>
  new ConfigurationError("JWT_KEYS", `${why}; set a private JWKS with ES256 keys`);
