import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { DataFolder } from "./data-folder.ts";
import { StartError } from "./start-error.ts";

/** Secrets of the local Worker, as its environment variables. */
export type Secrets = {
  readonly JWT_KEYS: string;
  readonly HEALTH_TOKEN: string;
  readonly TRACE_TOKEN: string;
};

const names = ["JWT_KEYS", "HEALTH_TOKEN", "TRACE_TOKEN"] as const;

/**
 * Reads the secrets of this data folder, making them the first time, so that tokens stay valid over restarts.
 *
 * @throws StartError when the file is there and damaged
 */
export async function ensureSecrets({ secretsFile }: DataFolder): Promise<Secrets> {
  const text = await readFile(secretsFile, "utf8").catch(() => undefined);
  if (text !== undefined) return parse(text, secretsFile);
  const secrets: Secrets = { JWT_KEYS: signingKeys(), HEALTH_TOKEN: token(), TRACE_TOKEN: token() };
  await writePrivate(secretsFile, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

/** Writes variables and secrets as the env file that wrangler reads. */
export async function writeEnvFile(
  { envFile }: DataFolder,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (/['\n]/.test(value))
      throw new StartError(`${name} cannot be passed to the Worker: it holds a quote or a line break.`);
    return `${name}='${value}'\n`;
  });
  await writePrivate(envFile, lines.join(""));
}

/** A private JWKS with one ES256 key; the first key of the set signs. */
function signingKeys(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "ES256", use: "sig" };
  return JSON.stringify({ keys: [key] });
}

const token = () => randomBytes(24).toString("base64url");

function parse(text: string, path: string): Secrets {
  try {
    const secrets = JSON.parse(text) as Secrets;
    if (names.every((name) => typeof secrets[name] === "string" && secrets[name] !== "")) return secrets;
  } catch {
    // Reported below, without the text: it is secret.
  }
  throw new StartError(
    `${path} is damaged. Delete it: new secrets are made, and who is logged in must log in again.`,
  );
}

async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
