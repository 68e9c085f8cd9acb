import { readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import { ensureTool } from "../../scripts/stack/build.ts";
import { Child, type ChildSpec } from "../../scripts/stack/child.ts";
import { type DataFolder, dataFolder } from "../../scripts/stack/data-folder.ts";
import { freePorts } from "../../scripts/stack/free-ports.ts";
import { LogFile } from "../../scripts/stack/log-file.ts";
import { services, specOf } from "../../scripts/stack/native-stack.ts";
import type { PortName, Ports } from "../../scripts/stack/ports.ts";
import { renderConfigs, withPorts } from "../../scripts/stack/render.ts";
import type { ToolName } from "../../scripts/stack/tools.ts";
import { ownFolder } from "./started.ts";

/** Stores of the running system; the rest of a place is its own. */
const shared = ["prometheus", "tempo", "tempoOtlp", "victoriaLogs"] as const;

export type Place = { readonly folder: DataFolder; readonly ports: Ports; url(port: PortName): string };

export type Options = {
  /** Chooses overlays and fills configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** More arguments, e.g. `--set=…`. */
  readonly args?: readonly string[];
  /** Changes the arguments that the tool has in `npm start`. */
  readonly change?: (argument: string) => string;
};

const running = new Set<Child>();
afterAll(async () => {
  await Promise.all([...running].map((child) => child.stop()));
});

/**
 * A folder and ports for tools of one test. They write to the stores of the running system unless it is told otherwise.
 *
 * @param own   stores that the test runs, stops and starts itself
 * @param given  ports that are fixed already
 */
export async function ownPlace(
  own: readonly (typeof shared)[number][] = [],
  given: Partial<Ports> = {},
): Promise<Place> {
  const system = inject("frontdesk").ports;
  const borrowed = shared.filter((name) => !own.includes(name)).map((name) => [name, system[name]]);
  const ports = { ...(await freePorts()), ...Object.fromEntries(borrowed), ...given } as Ports;
  const folder = dataFolder(ownFolder());
  await renderConfigs({ ports, outDir: folder.config });
  const front = "telemetry/collector/front.yaml";
  writeFileSync(join(folder.config, front), withPorts(readFileSync(front, "utf8"), ports, front));
  return { folder, ports, url: (port) => `http://127.0.0.1:${ports[port]}` };
}

/** Starts a tool as `npm start` does and waits until it is ready. Killed, it is started again; stopped, it is not. */
export async function startTool(place: Place, name: ToolName, options: Options = {}): Promise<Child> {
  const entry = services.find((one) => one.name === name);
  if (!entry) throw new Error(`${name} does not keep running`);
  const { binaries } = await ensureTool(name);
  await mkdir(place.folder.tool(name), { recursive: true });
  await mkdir(place.folder.logs, { recursive: true });
  const spec = specOf(entry, binaries[entry.service.binary] ?? "", {
    ...place,
    mark: markOf(place),
    env: { ...process.env, ...options.env },
  });
  const args = spec.args.map(options.change ?? ((argument) => argument));
  return run({ ...spec, args: [...args, ...(options.args ?? [])] });
}

/** Starts the collector of front.yaml. */
export async function startFront(place: Place, options: Options = {}): Promise<Child> {
  const { binaries } = await ensureTool("collector");
  const cwd = place.folder.tool("front");
  await mkdir(cwd, { recursive: true });
  await mkdir(place.folder.logs, { recursive: true });
  return run({
    title: "Front",
    file: binaries.otelcol ?? "",
    args: [
      `--config=${join(place.folder.config, "telemetry/collector/front.yaml")}`,
      ...(options.args ?? []),
    ],
    cwd,
    env: { ...process.env, ...options.env, ...markOf(place) },
    ready: { url: `${place.url("frontHealth")}/`, timeoutSeconds: 30 },
    log: new LogFile(join(place.folder.logs, "front.log")),
  });
}

/** `kill -9`, and the wait until the supervisor has started it again. */
export async function killHard(child: Child): Promise<void> {
  const { group } = child;
  if (group === undefined) throw new Error("it does not run");
  process.kill(group, "SIGKILL");
  while (child.group === group || child.state !== "ready") await new Promise((done) => setTimeout(done, 20));
}

const markOf = ({ folder }: Place) => ({ FRONTDESK_RUN: folder.root });

async function run(spec: ChildSpec): Promise<Child> {
  const child = new Child(spec);
  running.add(child);
  await child.ready;
  return child;
}
