import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const original = fileURLToPath(new URL("../../telemetry/tail/wrangler.toml", import.meta.url));

/**
 * Writes the Tail Worker's configuration with the endpoint that its telemetry goes to: wrangler gives variables of the
 * command line and of env files to the first Worker only.
 *
 * @returns where it was written
 */
export async function writeTailConfig(folder: string, otlpEndpoint: string): Promise<string> {
  const text = localTailConfig(await readFile(original, "utf8"), dirname(original), otlpEndpoint);
  const path = join(folder, "tail", "wrangler.toml");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** @throws Error when the original has changed so that the endpoint would be lost */
export function localTailConfig(text: string, room: string, otlpEndpoint: string): string {
  // Values in double quotes are written alike in TOML and JSON.
  const wanted = [
    [/^main = "worker\.ts"$/m, `main = ${JSON.stringify(resolve(room, "worker.ts"))}`],
    [/^OTLP_ENDPOINT = ""$/m, `OTLP_ENDPOINT = ${JSON.stringify(otlpEndpoint)}`],
  ] as const;
  return wanted.reduce((config, [line, replacement]) => {
    if (!line.test(config)) throw new Error(`${original} has no line ${line}`);
    return config.replace(line, () => replacement);
  }, text);
}
