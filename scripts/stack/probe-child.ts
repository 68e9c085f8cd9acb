import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownPlace } from "../probe/options.ts";
import { Child } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { takenPorts } from "./free-ports.ts";
import type { Lifeline } from "./lifeline.ts";
import { LogFile } from "./log-file.ts";
import type { Ports } from "./ports.ts";
import type { Screen } from "./screen.ts";
import type { Secrets } from "./secrets.ts";
import { noticesOn } from "./supervise.ts";

const script = fileURLToPath(new URL("../probe.ts", import.meta.url));
export const probeEverySeconds = 30;

type Setting = {
  readonly ports: Ports;
  readonly folder: DataFolder;
  readonly mark: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
  readonly screen: Screen;
};

/** What to do about a port of the probe that somebody else uses; undefined when it is free. */
export async function probePortTrouble(ports: Ports): Promise<string | undefined> {
  const [taken] = await takenPorts(ports, ["probe"]);
  return (
    taken &&
    `Port ${taken.port} of the probe is in use (${taken.by}): nobody looks from outside. Stop what uses it and start again, or start with --free-ports.`
  );
}

/** The probe, unless somebody else uses its port: that is told, and everything else runs on. */
export async function startProbeIfFree(setting: Setting, life: Lifeline): Promise<Child | undefined> {
  const trouble = await probePortTrouble(setting.ports);
  if (trouble === undefined) return startProbe(setting, life);
  setting.screen.print(setting.screen.paint.yellow(trouble));
  return undefined;
}

/** The probe as a process beside the Worker: it asks the API from outside and writes to Prometheus, so it needs the stack. */
export function startProbe({ ports, folder, mark, secrets, screen }: Setting, life: Lifeline): Child {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const { HEALTH_TOKEN, TRACE_TOKEN } = secrets;
  const child = new Child(
    {
      title: "Probe",
      file: process.execPath,
      args: [
        script,
        `--target=${at(ports.api)}`,
        `--prometheus=${at(ports.prometheus)}`,
        `--from=${ownPlace}`,
        `--every=${probeEverySeconds}s`,
        `--status=${ports.probe}`,
      ],
      cwd: folder.root,
      env: { ...process.env, ...mark, HEALTH_TOKEN, TRACE_TOKEN },
      ready: { url: `${at(ports.probe)}/healthz`, timeoutSeconds: 30 },
      log: new LogFile(join(folder.logs, "probe.log")),
    },
    noticesOn(screen),
  );
  life.add({ stop: () => child.stop(), kill: () => child.kill() });
  return child;
}
