import { generateKeyPairSync, sign } from "node:crypto";

/**
 * A self-signed certificate that nobody trusts, and its key, both as PEM.
 *
 * @source https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSigned({ from, until }: { readonly from: Date; readonly until: Date }): {
  readonly key: string;
  readonly cert: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const commonName = sequence(
    der(0x31, sequence(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from("localhost")))),
  );
  const toBeSigned = sequence(
    der(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    commonName,
    sequence(utcTime(from), utcTime(until)),
    commonName,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.of(0), sign("sha256", toBeSigned, privateKey));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(sequence(toBeSigned, ecdsaWithSha256, signature)),
  };
}

/** Tag, length, value. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  const size = value.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), value]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);

const utcTime = (at: Date) => der(0x17, Buffer.from(`${at.toISOString().replace(/\D/g, "").slice(2, 14)}Z`));

const pem = (bytes: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
