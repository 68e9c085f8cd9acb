import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ensureTool } from "../../scripts/stack/build.ts";
import { defaultPorts } from "../../scripts/stack/ports.ts";
import { renderConfigs } from "../../scripts/stack/render.ts";
import { type ToolName, tools } from "../../scripts/stack/tools.ts";

const run = promisify(execFile);
const buildTimeoutMs = 900_000;

/** What a tool says about its configuration in the folder `root`; empty when it is content. */
type Check = (root: string) => Promise<string>;

async function complaint(tool: ToolName, binary: string, args: readonly string[]): Promise<string> {
  const { binaries } = await ensureTool(tool);
  return run(binaries[binary] ?? "", [...args]).then(
    () => "",
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
}

const checks: Record<string, { file: string; check: Check }> = {
  promtool: {
    file: "telemetry/stack/prometheus.yaml",
    check: (root) =>
      complaint("prometheus", "promtool", ["check", "config", `${root}/telemetry/stack/prometheus.yaml`]),
  },
  amtool: {
    file: "telemetry/stack/alertmanager.yaml",
    check: (root) =>
      complaint("alertmanager", "amtool", ["check-config", `${root}/telemetry/stack/alertmanager.yaml`]),
  },
  "tempo -config.verify": {
    file: "telemetry/stack/tempo.yaml",
    check: (root) => {
      const args = tools.tempo.service?.args({
        listen: "127.0.0.1",
        port: (name) => defaultPorts[name],
        file: (path) => `${root}/${path}`,
        data: mkdtempSync(join(tmpdir(), "frontdesk-tempo-")),
        env: {},
      });
      return complaint("tempo", "tempo", [...(args ?? []), "-config.verify=true"]);
    },
  },
};

for (const [judge, { file, check }] of Object.entries(checks)) {
  describe(`${judge}`, () => {
    it(`accepts ${file}, as committed and with other ports`, { timeout: buildTimeoutMs }, async () => {
      const outDir = join(mkdtempSync(join(tmpdir(), "frontdesk-config-")), "out");
      await renderConfigs({
        ports: { prometheus: 41_001, alertmanager: 41_002, tempoOtlp: 41_003, pager: 41_004 },
        outDir,
      });
      expect(await check(".")).toBe("");
      expect(await check(outDir)).toBe("");
    });

    it("refuses a key that does not exist", { timeout: buildTimeoutMs }, async () => {
      const root = mkdtempSync(join(tmpdir(), "frontdesk-config-"));
      cpSync("telemetry/stack", join(root, "telemetry/stack"), { recursive: true });
      writeFileSync(join(root, file), `${readFileSync(file, "utf8")}\nno_such_key: 1\n`);
      expect(await check(root)).toContain("no_such_key");
    });
  });
}
