import { expect, it } from "vitest";
import { hashPassword, passwordMatches, scryptKey } from "../../../src/features/auth/password.ts";

function countedScrypt() {
  const costs: object[] = [];
  const derive: typeof scryptKey = (password, salt, options, length) => {
    costs.push({ ...options, length });
    return scryptKey(password, salt, options, length);
  };
  return { costs, derive };
}

it("accepts the password that was hashed, and no other", async () => {
  const stored = await hashPassword("correct horse");
  expect(await passwordMatches("correct horse", stored)).toBe(true);
  expect(await passwordMatches("correct horsf", stored)).toBe(false);
});

it("salts: the same password never hashes alike", async () => {
  expect(await hashPassword("same")).not.toBe(await hashPassword("same"));
});

it("says no where there is no account, after the same work", async () => {
  const stored = await hashPassword("a password");
  const { costs, derive } = countedScrypt();
  expect(await passwordMatches("a password", undefined, derive)).toBe(false);
  expect(await passwordMatches("b password", stored, derive)).toBe(false);
  expect(costs).toEqual([
    { N: 16_384, r: 8, p: 5, length: 32 },
    { N: 16_384, r: 8, p: 5, length: 32 },
  ]);
});

it("checks with the cost that is stored beside the hash", async () => {
  // RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1), first 32 of its 64 bytes.
  const key = Buffer.from("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2", "hex").toString(
    "base64",
  );
  const stored = `$scrypt$ln=14,r=8,p=1$${Buffer.from("SodiumChloride").toString("base64")}$${key}`;
  const { costs, derive } = countedScrypt();
  expect(await passwordMatches("pleaseletmein", stored, derive)).toBe(true);
  expect(costs).toEqual([{ N: 16_384, r: 8, p: 1, length: 32 }]);
});

it("refuses a stored text that it cannot read", async () => {
  await expect(passwordMatches("x", "plain text")).rejects.toThrow("unknown form");
});
