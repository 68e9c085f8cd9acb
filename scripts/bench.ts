/** `npm run bench -- [measurement …]`: what telemetry costs, beside other ways to trace. `--help` lists the measurements. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BrokenBench } from "./bench/broken.ts";
import { type BenchRun, parseOptions } from "./bench/options.ts";
import { measureOverhead } from "./bench/overhead.ts";
import { measureSize } from "./bench/size.ts";
import { bootstrap, type Estimate, median } from "./bench/statistics.ts";

type Measurement = { readonly says: string; readonly measure: (run: BenchRun) => Promise<void> };

const measurements: Readonly<Record<string, Measurement>> = {
  overhead: {
    says: "CPU time of workerd for one request, in interleaved rounds",
    measure: async (run) => {
      const { rounds, missingSpans } = await measureOverhead(run);
      for (const [route, list] of Object.entries(rounds))
        for (const { id } of run.variants) {
          const cost = bootstrap(list, (some) => median(some.map((round) => round[id])));
          const added = bootstrap(list, (some) => median(some.map((round) => round[id] - round.none)));
          console.log(route, id, shown(cost), "added", shown(added));
        }
      console.log("missing spans", missingSpans);
    },
  },
  size: { says: "bytes of the minified bundles", measure: measureSize },
};

const shown = ({ value, low, high }: Estimate) =>
  `${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;

const usage = `npm run bench -- [measurement …] [flags]

${Object.entries(measurements)
  .map(([name, { says }]) => `  ${name.padEnd(12)} ${says}`)
  .join("\n")}

  --quick      a short look; writes no file
  --help       this page`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-bench-"));
  try {
    const options = parseOptions(args, Object.keys(measurements));
    for (const name of options.measurements) await measurements[name]?.measure({ ...options, folder });
    return 0;
  } catch (error) {
    if (!(error instanceof BrokenBench)) throw error;
    console.error(error.message);
    return 3;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
