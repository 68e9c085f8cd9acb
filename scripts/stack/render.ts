import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultPorts, type PortName, type Ports } from "./ports.ts";
import { type Tool, tools } from "./tools.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Copies every configuration file of the stack into `outDir`, under its path in the repository, with the ports given.
 * The committed files name `127.0.0.1:<default port>`; relative paths between them keep working.
 *
 * @throws Error when a file names a local port that the table does not know
 */
export async function renderConfigs(options: {
  ports: Partial<Ports>;
  outDir: string;
  root?: string;
}): Promise<void> {
  const root = options.root ?? repository;
  await rm(options.outDir, { recursive: true, force: true });
  for (const path of await configFiles(root)) {
    const target = join(options.outDir, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, withPorts(await readFile(join(root, path), "utf8"), options.ports, path));
  }
}

/** Replaces the port of each `127.0.0.1:<port>`, `${env:FRONTDESK_LISTEN:-127.0.0.1}:<port>` and `host: 127.0.0.1, port: <port>`. */
export function withPorts(text: string, ports: Partial<Ports>, path = "text"): string {
  return text.replace(/(127\.0\.0\.1(?:\}?:|, port: ))(\d+)\b/g, (_match, host: string, number: string) => {
    const name = nameOf.get(Number(number));
    if (!name)
      throw new Error(`${path} names 127.0.0.1:${number}, which scripts/stack/ports.ts does not know`);
    return `${host}${ports[name] ?? number}`;
  });
}

const nameOf = new Map<number, PortName>(
  (Object.keys(defaultPorts) as PortName[]).map((name) => [defaultPorts[name], name]),
);

async function configFiles(root: string): Promise<string[]> {
  const read = Object.values<Tool>(tools)
    .filter(({ native }) => native.kind !== "node")
    .flatMap(({ service }) => service?.reads ?? []);
  const files = await Promise.all(read.map((path) => filesUnder(root, path)));
  return [...new Set(files.flat())];
}

async function filesUnder(root: string, path: string): Promise<string[]> {
  if (!existsSync(join(root, path))) return [];
  if (!(await stat(join(root, path))).isDirectory()) return [path];
  const entries = await readdir(join(root, path));
  return (await Promise.all(entries.map((entry) => filesUnder(root, `${path}/${entry}`)))).flat();
}
