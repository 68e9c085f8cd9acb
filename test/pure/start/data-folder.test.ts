import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dataFolder, openDataFolder, resetDataFolder } from "../../../scripts/stack/data-folder.ts";
import { ensureSecrets, writeEnvFile } from "../../../scripts/stack/secrets.ts";

const temporary = () => mkdtempSync(join(tmpdir(), "frontdesk-data-"));

describe("--reset", () => {
  it("empties a folder that carries the marker", async () => {
    const folder = dataFolder(join(temporary(), "data"));
    await openDataFolder(folder);
    mkdirSync(folder.state);
    writeFileSync(join(folder.state, "d1"), "rows");
    await resetDataFolder(folder);
    expect(existsSync(folder.state)).toBe(false);
    await openDataFolder(folder);
  });

  it("refuses a folder that holds something else, and leaves it as it is", async () => {
    const root = temporary();
    writeFileSync(join(root, "thesis.txt"), "years of work");
    await expect(resetDataFolder(dataFolder(root))).rejects.toThrow(
      /not a data folder of Frontdesk.*--data DIR/,
    );
    await expect(openDataFolder(dataFolder(root))).rejects.toThrow(/not a data folder/);
    expect(existsSync(join(root, "thesis.txt"))).toBe(true);
  });
});

it("A path that cannot be a folder is one message with the flag", async () => {
  const file = join(temporary(), "file");
  writeFileSync(file, "");
  await expect(openDataFolder(dataFolder(join(file, "data")))).rejects.toThrow(/ENOTDIR.*--data DIR/);
});

describe("Secrets", () => {
  it("are made once, kept, and readable for this user only", async () => {
    const folder = dataFolder(temporary());
    const first = await ensureSecrets(folder);
    expect(await ensureSecrets(folder)).toEqual(first);
    expect(statSync(folder.secretsFile).mode & 0o777).toBe(0o600);
    expect(await ensureSecrets(dataFolder(temporary()))).not.toEqual(first);
  });

  it("hold one private ES256 key as a JWKS", async () => {
    const { JWT_KEYS } = await ensureSecrets(dataFolder(temporary()));
    const { keys } = JSON.parse(JWT_KEYS);
    expect(keys).toEqual([
      expect.objectContaining({
        kty: "EC",
        crv: "P-256",
        alg: "ES256",
        d: expect.any(String),
        kid: expect.any(String),
      }),
    ]);
  });

  it("that are damaged are named, never shown", async () => {
    const folder = dataFolder(temporary());
    writeFileSync(folder.secretsFile, '{"JWT_KEYS":"very-secret"');
    await expect(ensureSecrets(folder)).rejects.toThrow(/secrets\.json is damaged\. Delete it/);
    await expect(ensureSecrets(folder)).rejects.not.toThrow(/very-secret/);
  });

  it("reach wrangler as an env file; a value that would break out of its quotes is refused", async () => {
    const folder = dataFolder(temporary());
    await writeEnvFile(folder, { A: '{"x":"$HOME #"}', B: "" });
    expect(readFileSync(folder.envFile, "utf8")).toBe(`A='{"x":"$HOME #"}'\nB=''\n`);
    expect(statSync(folder.envFile).mode & 0o777).toBe(0o600);
    await expect(writeEnvFile(folder, { A: "it's" })).rejects.toThrow(/A cannot be passed/);
  });
});
