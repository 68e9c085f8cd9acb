import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { defaultPorts, type PortName, type Ports } from "./ports.ts";
import { listProcesses } from "./processes.ts";

/** Which port is taken, and by whom as far as this machine tells. */
export type Taken = { readonly name: PortName; readonly port: number; readonly by: string };

/**
 * Ports that nobody listens on, one for each name.
 * Below the range that the kernel gives to outgoing connections, so none is lost between look and use.
 */
export async function freePorts(): Promise<Ports> {
  const ports = new Map<PortName, number>();
  for (const name of Object.keys(defaultPorts) as PortName[]) {
    let port = 0;
    do port = 10_240 + Math.floor(Math.random() * 20_000);
    while ([...ports.values()].includes(port) || !(await isFree(port)));
    ports.set(name, port);
  }
  return Object.fromEntries(ports) as Ports;
}

/** Those of the named ports that somebody listens on already. */
export async function takenPorts(ports: Ports, names: readonly PortName[]): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const name of names) {
    const port = ports[name];
    if (!(await isFree(port))) taken.push({ name, port, by: listenerOf(port) ?? likely[name] });
  }
  return taken;
}

const likely: Readonly<Record<PortName, string>> = {
  api: "perhaps another `wrangler dev` or Frontdesk",
  tap: "perhaps an OpenTelemetry collector or another Frontdesk",
  collector: "perhaps another Frontdesk",
  collectorHealth: "perhaps another OpenTelemetry collector",
  collectorMetrics: "perhaps another OpenTelemetry collector or a notebook server",
  collectorByTrace: "perhaps another OpenTelemetry collector",
  collectorByService: "perhaps another OpenTelemetry collector",
  front: "perhaps another OpenTelemetry collector",
  frontHealth: "perhaps another OpenTelemetry collector",
  frontMetrics: "perhaps another OpenTelemetry collector",
  prometheus: "perhaps another Prometheus",
  alertmanager: "perhaps another Alertmanager",
  tempo: "perhaps another Tempo",
  tempoGrpc: "perhaps another Frontdesk",
  tempoOtlp: "perhaps another Frontdesk",
  victoriaLogs: "perhaps another VictoriaLogs",
  pager: "perhaps another Frontdesk",
  probe: "perhaps another Frontdesk",
  pagerMail: "perhaps another Frontdesk",
  console: "perhaps another Frontdesk, or the development server of a web page",
  grafana: "perhaps another Grafana, or the development server of a web page",
};

/** Asks both address families: `localhost` of another program may be either. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "::1"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // No IPv6 on this machine is no listener either.
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== "EADDRINUSE" && code !== "EACCES"),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function listenerOf(port: number): string | undefined {
  try {
    const pid = process.platform === "linux" ? linuxListener(port) : lsofListener(port);
    const found = listProcesses().find((candidate) => candidate.pid === pid);
    return found && `process ${found.pid}, ${found.name}`;
  } catch {
    return undefined;
  }
}

function lsofListener(port: number): number {
  return Number(
    execFileSync("lsof", ["-nP", "-t", `-iTCP:${port}`, "-sTCP:LISTEN"], { encoding: "utf8" }).split("\n")[0],
  );
}

/** @source proc_net_tcp(5): state 0A is LISTEN, the tenth field is the inode of the socket */
function linuxListener(port: number): number | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => readFileSync(path, "utf8").split("\n"));
  const row = rows
    .map((line) => line.trim().split(/\s+/))
    .find(([, local, , state]) => state === "0A" && local?.endsWith(wanted));
  const socket = row && `socket:[${row[9]}]`;
  return socket ? listProcesses().find(({ pid }) => holds(pid, socket))?.pid : undefined;
}

function holds(pid: number, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket);
  } catch {
    return false;
  }
}
