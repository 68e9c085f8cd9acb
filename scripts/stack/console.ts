import type { AddressInfo } from "node:net";
import { ConsoleBuildError, type ConsoleProgress, ensureConsole } from "../console/build.ts";
import { createConsole } from "../console/server.ts";
import { takenPorts } from "./free-ports.ts";
import type { Lifeline } from "./lifeline.ts";
import type { Ports } from "./ports.ts";
import type { Screen } from "./screen.ts";
import type { StackOutcome } from "./supervise.ts";

export type ConsoleOutcome =
  | { readonly outcome: "ready"; readonly url: string }
  /** Everything else runs on without it; `why` says what to do, empty when nobody asked for one. */
  | { readonly outcome: "absent"; readonly why: string };

type Setting = {
  readonly ports: Ports;
  readonly mark: Readonly<Record<string, string>>;
  readonly screen: Screen;
  readonly isWanted: boolean;
};

/** Builds the console if no start before did, and serves it: beside a native stack, because containers bring Grafana. */
export async function startConsole(
  setting: Setting,
  stack: StackOutcome,
  life: Lifeline,
): Promise<ConsoleOutcome> {
  const { ports, screen, isWanted } = setting;
  if (!isWanted || stack.outcome !== "ready" || stack.engine !== "native")
    return { outcome: "absent", why: "" };
  const [taken] = await takenPorts(ports, ["console"]);
  if (taken)
    return {
      outcome: "absent",
      why: `Port ${taken.port} of the console is in use: ${taken.by}. Stop it, or start with --free-ports.`,
    };
  try {
    const { dist } = await ensureConsole({
      ...{ mark: setting.mark, signal: life.signal },
      onProgress: (progress) => screen.status(`console ${progress.step}`, told(progress)),
    });
    screen.clearStatus();
    return { outcome: "ready", url: await listen(dist, ports, life) };
  } catch (error) {
    screen.clearStatus();
    if (life.signal.aborted) return { outcome: "absent", why: "" };
    const { message, stack: trail } = error as Error;
    return { outcome: "absent", why: error instanceof ConsoleBuildError ? message : (trail ?? message) };
  }
}

function told({ step, seconds }: ConsoleProgress): string {
  const doing = {
    waiting: "another start is building it",
    installing: `installing its packages, about half a minute (${seconds} s)`,
    building: `building it, about half a minute (${seconds} s)`,
  } as const;
  return `The console, once for all starts: ${doing[step]} …`;
}

async function listen(dist: string, ports: Ports, life: Lifeline): Promise<string> {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const server = createConsole({
    dist,
    places: {
      prometheus: at(ports.prometheus),
      tempo: at(ports.tempo),
      logs: at(ports.victoriaLogs),
      alertmanager: at(ports.alertmanager),
      pager: at(ports.pager),
      api: at(ports.api),
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(ports.console, "127.0.0.1", resolve);
  await promise;
  const end = () => {
    server.close();
    server.closeAllConnections();
  };
  life.add({ stop: end, kill: end });
  return at((server.address() as AddressInfo).port);
}
