import { parse } from "yaml";
import { defaultPorts, type PortName } from "../../../scripts/stack/ports.ts";
import { type Service, type Tool, tools } from "../../../scripts/stack/tools.ts";

type ComposeService = {
  image?: string;
  command?: string[];
  network_mode?: string;
  environment?: Record<string, string | null>;
  volumes?: string[];
  ports?: string[];
};
type Compose = { services: Record<string, ComposeService | undefined> };

const home = "/etc/frontdesk";
/** Compose cannot choose files by environment variables as the table does, so it takes one overlay by name. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: compose fills it in
const overlay = "--config=/etc/frontdesk/telemetry/collector/${FRONTDESK_OVERLAY:-collector.yaml}";

/** Everything in which a compose file differs from the table of tools. */
export function composeProblems(text: string): string[] {
  const { services } = parse(text, { merge: true }) as Compose;
  const known = ["network", "grafana", ...Object.keys(tools)];
  return [
    ...Object.keys(services).flatMap((name) => (known.includes(name) ? [] : [`${name} is not in the table`])),
    ...Object.entries<Tool>(tools).flatMap(([name, tool]) =>
      toolProblems(name, tool, services[name]).map((problem) => `${name}: ${problem}`),
    ),
    ...publishedProblems(services),
  ];
}

function toolProblems(name: string, tool: Tool, service: ComposeService | undefined): string[] {
  if (!service) return ["is missing"];
  const problems = [
    differs("image", tool.image.ref, service.image),
    differs("network_mode", "service:network", service.network_mode),
    tool.service ? serviceProblems(name, tool, tool.service, service) : [],
  ];
  return problems.flat();
}

function serviceProblems(name: string, tool: Tool, expected: Service, service: ComposeService): string[] {
  const mounts = (service.volumes ?? []).map((volume) => volume.split(":"));
  const args = expected.args({
    listen: "0.0.0.0",
    port: (port) => defaultPorts[port],
    file: (path) => `${home}/${path}`,
    data: "/data",
    env: {},
  });
  const command = tool.native.kind === "node" ? ["node", `${home}/${tool.native.script}`, ...args] : args;
  const writes = args.some((argument) => argument.includes("/data"));
  return [
    ...differs("command", name === "collector" ? [...command, overlay] : command, service.command),
    ...Object.entries({ FRONTDESK_LISTEN: "0.0.0.0", ...expected.env }).flatMap(([key, value]) =>
      differs(`environment ${key}`, value, service.environment?.[key]),
    ),
    ...differs(
      "mounts",
      [
        ...expected.reads.map((path) => [`./${path}`, `${home}/${path}`, "ro"]),
        ...(writes ? [[name, "/data"]] : []),
      ],
      mounts,
    ),
  ];
}

function publishedProblems(services: Compose["services"]): string[] {
  const published = Object.values<Tool>(tools).flatMap(({ service }) =>
    (service?.ports ?? []).filter((port) => !service?.innerPorts?.includes(port)),
  );
  const line = (port: PortName) => `127.0.0.1:${defaultPorts[port]}:${defaultPorts[port]}`;
  return differs(
    "published ports",
    [...published, "grafana" as const].map(line).toSorted(),
    services.network?.ports?.toSorted(),
  );
}

function differs(what: string, expected: unknown, actual: unknown): string[] {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  return is === should ? [] : [`${what} is ${is}, the table says ${should}`];
}
