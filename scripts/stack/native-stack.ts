import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ensureTool } from "./build.ts";
import { Child, type ChildEvents, type ChildSpec } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { LogFile } from "./log-file.ts";
import type { Ports } from "./ports.ts";
import { renderConfigs } from "./render.ts";
import type { Screen } from "./screen.ts";
import { type Service, type Tool, type ToolName, toolNames, tools } from "./tools.ts";

export type StackSetting = {
  readonly ports: Ports;
  readonly folder: DataFolder;
  /** Environment of every process, so that it is found again. */
  readonly mark: Readonly<Record<string, string>>;
  /** Variables that choose overlays and fill configuration; this process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly screen: Screen;
  readonly signal: AbortSignal;
};

export type StackChild = { readonly name: ToolName; readonly child: Child };
type ServiceTool = { readonly name: ToolName; readonly tool: Tool; readonly service: Service };

/** Tools that keep running, in starting order. */
export const services: readonly ServiceTool[] = toolNames.flatMap((name) => {
  const tool: Tool = tools[name];
  return tool.service ? [{ name, tool, service: tool.service }] : [];
});

/**
 * Builds what is not in the cache, one tool after the other, telling how far it is.
 *
 * @returns for each tool, its executable
 * @throws BuildError that says what to do
 */
export async function buildServices({ screen, mark, signal }: StackSetting): Promise<Map<ToolName, string>> {
  const binaries = new Map<ToolName, string>();
  const started = Date.now();
  let built = 0;
  let told = false;
  for (const [index, { name, service }] of services.entries()) {
    const next = services[index + 1]?.tool.title;
    const result = await ensureTool(name, {
      env: { ...process.env, ...mark },
      signal,
      onProgress: ({ title, phase, seconds, count }) => {
        if (!told) screen.print(firstTime);
        told = true;
        screen.status(
          `${name} ${phase}`,
          `Building the stack: ${title}, tool ${index + 1} of ${services.length}, ${doing[phase]} ${count || ""} (${seconds} s, ${minutes(started)} in all${next ? `; next ${next}` : ""})`,
        );
      },
    });
    if (result.built) built++;
    const file = result.binaries[service.binary];
    if (file !== undefined) binaries.set(name, file);
  }
  screen.clearStatus();
  if (built > 0)
    screen.print(
      `Built ${built} tools in ${minutes(started)}. They are cached: the next start takes seconds.`,
    );
  return binaries;
}

const firstTime =
  "The stack's tools are built once (about 10 minutes on two cores). The API can be used meanwhile.";

const doing = {
  waiting: "waiting for another build",
  fetching: "fetching modules",
  compiling: "compiling packages",
};

function minutes(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Writes the configuration with this system's ports and starts every tool. */
export async function startServices(
  setting: StackSetting,
  binaries: ReadonlyMap<ToolName, string>,
  events: (name: ToolName) => ChildEvents,
): Promise<StackChild[]> {
  await renderConfigs({ ports: setting.ports, outDir: setting.folder.config });
  for (const { name } of services) await mkdir(setting.folder.tool(name), { recursive: true });
  return services.map((entry) => ({
    name: entry.name,
    child: new Child(specOf(entry, binaries.get(entry.name) ?? "", setting), events(entry.name)),
  }));
}

/** How to run one tool. A tool written in JavaScript runs on the Node that runs this. */
export function specOf(
  { name, tool, service }: ServiceTool,
  binary: string,
  setting: Pick<StackSetting, "ports" | "folder" | "mark" | "env">,
): ChildSpec {
  const { ports, folder, mark, env = process.env } = setting;
  const args = service.args({
    listen: "127.0.0.1",
    port: (port) => ports[port],
    file: (path) => join(folder.config, path),
    data: folder.tool(name),
    env,
  });
  const isScript = tool.native.kind === "node";
  return {
    title: tool.title,
    file: isScript ? process.execPath : binary,
    args: isScript ? [binary, ...args] : args,
    cwd: folder.tool(name),
    env: { ...env, ...service.env, ...mark, FRONTDESK_LISTEN: "127.0.0.1" },
    ready: {
      url: `http://127.0.0.1:${ports[service.ready.port]}${service.ready.path}`,
      timeoutSeconds: service.ready.timeoutSeconds,
    },
    log: new LogFile(join(folder.logs, `${name}.log`)),
  };
}
