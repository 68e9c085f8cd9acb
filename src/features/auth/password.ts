import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { span } from "../../../telemetry/kit/index.ts";

/** 16 MiB and about 0.2 s of CPU; N·r·p ≤ 2^20 is the most that Workers allow. Stored with each hash, so it can be raised. */
const cost = { N: 16_384, r: 8, p: 5 } as const;
const saltBytes = 16;
const keyBytes = 32;

/** Hashes a new password; the text carries algorithm, cost, salt and key (PHC string format). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await scryptKey(password, salt, cost, keyBytes);
  return `$scrypt$ln=${Math.log2(cost.N)},r=${cost.r},p=${cost.p}$${salt.toString("base64")}$${key.toString("base64")}`;
}

/**
 * Compares in constant time. With no stored hash it does the same work and says no,
 * so that neither the answer nor its time tells whether an account exists.
 */
export async function passwordMatches(
  password: string,
  stored: string | undefined,
  derive: Derive = scryptKey,
): Promise<boolean> {
  const { options, salt, key } = parse(stored ?? nobodysHash);
  const derived = await derive(password, salt, options, key.length);
  return timingSafeEqual(derived, key) && stored !== undefined;
}

const nobodysHash = `$scrypt$ln=14,r=8,p=5$${"A".repeat(22)}==$${"A".repeat(43)}=`;

function parse(stored: string): { options: ScryptOptions; salt: Buffer; key: Buffer } {
  const [, ln, r, p, salt, key] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored) ?? [];
  if (salt === undefined || key === undefined) throw new Error("a stored password hash has an unknown form");
  const options = { N: 2 ** Number(ln), r: Number(r), p: Number(p) };
  return { options, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") };
}

type Derive = (password: string, salt: Buffer, options: ScryptOptions, length: number) => Promise<Buffer>;

export function scryptKey(
  password: string,
  salt: Buffer,
  options: ScryptOptions,
  length: number,
): Promise<Buffer> {
  return span("auth.hash", {}, () => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    // The same password typed on two keyboards may arrive in two Unicode forms.
    scrypt(password.normalize("NFKC"), salt, length, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
    return promise;
  });
}
