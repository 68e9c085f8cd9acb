import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { parse, stringify } from "yaml";
import { ensureTool } from "../../scripts/stack/build.ts";
import { freePorts } from "../../scripts/stack/free-ports.ts";
import { poll } from "../stack/stores/poll.ts";

type Rule = { alert?: string; expr: string; for?: string; labels?: Record<string, string> };
const generated = resolve(import.meta.dirname, "../../alerts/generated/api-availability.rules.yaml");
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

/**
 * A real Prometheus of its own in which an alert of the product fires at once: the rule as it is generated, its condition always met.
 *
 * @returns its address, once the alert fires
 */
export async function prometheusWhere(alert: string, rulesFile = generated): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-firing-"));
  const { groups } = parse(await readFile(rulesFile, "utf8")) as { groups: { rules: Rule[] }[] };
  const rule = groups.flatMap(({ rules }) => rules).find((one) => one.alert === alert);
  if (!rule) throw new Error(`no rule ${alert} in ${rulesFile}`);
  const { for: _patience, ...rest } = rule;
  const always = {
    ...rest,
    expr: 'label_replace(vector(1), "deployment_environment_name", "local", "", "")',
  };
  await writeFile(join(folder, "now.rules.yaml"), stringify({ groups: [{ name: "now", rules: [always] }] }));
  await writeFile(
    join(folder, "prometheus.yaml"),
    stringify({ global: { evaluation_interval: "1s" }, rule_files: ["now.rules.yaml"] }),
  );
  const [{ binaries }, { prometheus: port }] = [await ensureTool("prometheus"), await freePorts()];
  const args = [
    `--config.file=${folder}/prometheus.yaml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn(binaries.prometheus ?? "", args, { stdio: "ignore" });
  const ended = new Promise((done) => child.once("exit", done));
  stops.push(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const fires = async () =>
    /"firing"/.test(
      await fetch(`${url}/api/v1/alerts`).then(
        (answer) => answer.text(),
        () => "",
      ),
    );
  if (!(await poll(fires, Boolean, 30_000))) throw new Error(`${alert} does not fire`);
  return url;
}
