import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Env } from "./go.ts";
import type { StackSetting } from "./native-stack.ts";
import { collectorOverlays } from "./overlays.ts";
import { defaultPorts, type PortName, type Ports } from "./ports.ts";
import { signalGroup } from "./processes.ts";

const composeFile = fileURLToPath(new URL("../../compose.yaml", import.meta.url));

/** Command lines of the container engine: up waits until every container runs; down keeps the volumes. */
export const composeArgs = {
  up: ["compose", "--file", composeFile, "up", "--detach", "--wait", "--remove-orphans", "--quiet-pull"],
  down: ["compose", "--file", composeFile, "down", "--timeout", "10"],
  reset: ["compose", "--file", composeFile, "down", "--timeout", "10", "--volumes"],
} as const;

/** compose.yaml publishes fixed ports: why these cannot be used, or undefined. */
export function composePortTrouble(ports: Ports): string | undefined {
  const moved = (Object.keys(defaultPorts) as PortName[]).filter(
    (name) => name !== "api" && name !== "tap" && ports[name] !== defaultPorts[name],
  );
  return moved.length > 0
    ? "compose.yaml publishes fixed ports, so --free-ports goes with --stack=native or --stack=none only."
    : undefined;
}

/**
 * Brings the containers up, with what compose says as progress.
 *
 * @throws Error with compose's last lines
 */
export async function composeUp(setting: StackSetting): Promise<void> {
  const started = Date.now();
  const { code, lines } = await compose(composeArgs.up, setting, (line) =>
    setting.screen.status(
      "compose",
      `Starting containers (${Math.round((Date.now() - started) / 1000)} s): ${line}`,
    ),
  );
  setting.screen.clearStatus();
  if (code !== 0)
    throw new Error(["docker compose up failed.", ...lines.slice(-10).map((line) => `  ${line}`)].join("\n"));
}

/** Ends the containers; their volumes stay. A failure is told, not thrown: it is the end anyway. */
export async function composeDown(setting: StackSetting): Promise<void> {
  const { code, lines } = await compose(composeArgs.down, {
    ...setting,
    signal: new AbortController().signal,
  });
  if (code !== 0) setting.screen.print(["docker compose down failed:", ...lines.slice(-5)].join("\n  "));
}

/** Deletes the containers and their volumes. */
export async function composeReset(setting: StackSetting): Promise<void> {
  await compose(composeArgs.reset, setting);
}

/** compose.yaml merges one overlay of the collector: the first that the environment asks for. */
export function composeEnv(env: Env): { FRONTDESK_OVERLAY?: string } {
  const [overlay] = collectorOverlays(env);
  return overlay === undefined || env.FRONTDESK_OVERLAY
    ? {}
    : { FRONTDESK_OVERLAY: overlay.replace("telemetry/collector/", "") };
}

function compose(args: readonly string[], { mark, signal }: StackSetting, onLine?: (line: string) => void) {
  const lines: string[] = [];
  const child = spawn("docker", args, {
    env: { ...process.env, ...composeEnv(process.env), ...mark },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = () => child.pid !== undefined && signalGroup(child.pid, "SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n").filter((part) => part.trim() !== "")) {
        lines.push(line);
        onLine?.(line.trim());
      }
    });
  return new Promise<{ code: number; lines: string[] }>((resolve) => {
    child.on("error", (error) => resolve({ code: 1, lines: [error.message] }));
    child.on("close", (code) => resolve({ code: code ?? 1, lines }));
  }).finally(() => signal.removeEventListener("abort", stop));
}
