import { fileURLToPath } from "node:url";
import { dashboards } from "../dashboards/dashboards.ts";
import { madeOf } from "../dashboards/render/files.ts";
import { grafanaClassic, tags } from "../dashboards/render/grafana/classic.ts";
import { folderUid } from "../dashboards/render/grafana/resource.ts";
import { readFlags, WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { findDrift, NoGrafana } from "./generate/deployed.ts";
import { generatedFiles, generatedFolders } from "./generate/files.ts";
import { findStale, refresh } from "./generate/freshness.ts";

const usage = `npm run generate [-- flags]

  --check         write nothing; name the stale files and exit 1
  --deployed URL  write nothing; compare the dashboards of a running Grafana with those of this clone and
                  exit 1 when they differ. GRAFANA_TOKEN: token of a service account, where one is needed
  --help          this page`;

const root = fileURLToPath(new URL("../", import.meta.url));
process.exitCode = await runCommand(usage, [WrongFlag, NoGrafana], main);

async function main(args: readonly string[]): Promise<number> {
  const { values } = readFlags({
    args: [...args],
    options: { check: { type: "boolean" }, deployed: { type: "string" } },
  } as const);
  if (values.deployed !== undefined) return compareDeployed(address(values.deployed));
  const files = generatedFiles();
  const stale = await findStale(root, files, generatedFolders);
  if (!values.check) {
    await refresh(root, files, stale);
    console.log(`${Object.keys(files).length} generated files, ${stale.length} changed.`);
    for (const { path } of stale) console.log(`  ${path}`);
    return 0;
  }
  for (const { path, why } of stale) console.error(`stale: ${path} (${why})`);
  if (stale.length > 0) console.error("Run `npm run generate` and commit what changed.");
  else console.log(`${Object.keys(files).length} generated files are fresh.`);
  return stale.length > 0 ? 1 : 0;
}

function address(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new WrongFlag(`--deployed needs the address of a Grafana, not "${text}".`);
  return text;
}

async function compareDeployed(grafana: string): Promise<number> {
  // As text and back: what JSON leaves out is not there for Grafana either.
  const wanted = dashboards.map((one) => JSON.parse(JSON.stringify(grafanaClassic(one, madeOf(one)))));
  const drift = await findDrift(grafana, process.env.GRAFANA_TOKEN || undefined, {
    folder: folderUid,
    tags,
    dashboards: wanted,
  });
  for (const { uid, what } of drift) console.error(`drift: ${uid} ${what}`);
  if (drift.length > 0)
    console.error("Apply dashboards/generated/grafana.tf.json, or take the change into dashboards/.");
  else console.log(`${dashboards.length} dashboards are deployed as they stand here.`);
  return drift.length > 0 ? 1 : 0;
}
