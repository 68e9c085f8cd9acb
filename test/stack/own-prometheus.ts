import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { ensureTool } from "../../scripts/stack/build.ts";
import { freePorts } from "../../scripts/stack/free-ports.ts";
import { poll } from "./stores/poll.ts";

/** A series that stood at this value for so long, or grew to it, sampled every so many seconds. */
export type Past = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly seconds: number;
  readonly everySeconds: number;
  /** What each sample has more than the one before; 0 when absent. */
  readonly step?: number;
};

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

/**
 * Starts a real Prometheus whose past was written before it started; it scrapes nothing and is ended after the file.
 *
 * @returns its address
 */
export async function prometheusWithPast(
  past: readonly Past[],
  endsAt = Date.now() / 1_000,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-past-"));
  const { binaries } = await ensureTool("prometheus");
  const [config, samples, data] = ["prometheus.yaml", "past.om", "data"].map((name) => join(folder, name));
  await writeFile(config as string, "global: {}\n");
  await writeFile(samples as string, openMetrics(past, Math.floor(endsAt)));
  await promisify(execFile)(binaries.promtool as string, [
    "tsdb",
    "create-blocks-from",
    "openmetrics",
    samples as string,
    data as string,
  ]);
  const { prometheus: port } = await freePorts();
  const child = spawn(
    binaries.prometheus as string,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--storage.tsdb.retention.time=36d",
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise((done) => child.once("exit", done));
  stops.push(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;
  if (!(await poll(isReady, Boolean, 30_000)))
    throw new Error("Prometheus with a past was not ready in 30 s");
  return url;
}

/** OpenMetrics text: all samples of a series in order of time, all series of a name together. */
function openMetrics(past: readonly Past[], endsAt: number): string {
  const lines = [...Map.groupBy(past, ({ name }) => name)].flatMap(([name, series]) => [
    `# TYPE ${name} gauge`,
    ...series.flatMap(({ labels, value, seconds, everySeconds, step = 0 }) => {
      const text = Object.entries(labels).map(([label, is]) => `${label}="${is}"`);
      const count = Math.floor(seconds / everySeconds);
      return Array.from(
        { length: count },
        (_, i) =>
          `${name}{${text.join(",")}} ${value - (count - 1 - i) * step} ${endsAt - (count - 1 - i) * everySeconds}`,
      );
    }),
  ]);
  return `${lines.join("\n")}\n# EOF\n`;
}
