/** `npm run sourcemaps`: builds the Worker with a debug id and uploads its source map to Sentry; `-- --dry-run` uploads nothing. */
import { join, relative, resolve } from "node:path";
import { readFlags, WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { artifactBundle } from "./sourcemaps/artifact-bundle.ts";
import { buildInjected, bundleName, releaseHere } from "./sourcemaps/build.ts";
import { accountIn, UploadError, upload } from "./sourcemaps/upload.ts";

const root = resolve(import.meta.dirname, "..");

const usage = `npm run sourcemaps [-- flags]

  --env NAME       staging or production (production)
  --release NAME   what Sentry calls it (the git SHA of this folder)
  --out FOLDER     where the bundle and its map go (dist/<env>)
  --dry-run        build, and upload nothing
  --help           this page

Exit 0: built, and uploaded unless told otherwise. Exit 3: it could not be done; the last line says why.`;

process.exitCode = await runCommand(usage, [WrongFlag, UploadError], main);

async function main(args: readonly string[]): Promise<number> {
  const { values } = readFlags({
    args: [...args],
    options: {
      env: { type: "string", default: "production" },
      release: { type: "string" },
      out: { type: "string" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const environment = values.env;
  if (environment !== "staging" && environment !== "production")
    throw new WrongFlag(`--env is staging or production, not "${environment}".`);
  const release = values.release ?? (await releaseHere());
  // Asked before the build: it takes ten seconds to learn otherwise.
  const account = values["dry-run"] ? undefined : accountIn(process.env, release);
  const outdir = values.out ?? join(root, "dist", environment);
  const injected = await buildInjected(environment, outdir);
  const target = { org: account?.org ?? "", project: account?.project ?? "", release };
  const packed = artifactBundle(bundleName, injected, target);
  const built = relative(process.cwd(), join(outdir, bundleName));
  console.log(`✓ ${built} and its map have the debug id ${injected.debugId}`);
  if (account === undefined)
    console.log(`✓ nothing uploaded: ${kib(packed.length)} would be, for release ${release}`);
  else {
    await upload(packed, account);
    console.log(
      `✓ uploaded ${kib(packed.length)} to ${account.org}/${account.project} for release ${release}`,
    );
  }
  console.log(
    `  Deploy what was built: wrangler deploy --no-bundle --env ${environment} --var RELEASE:${release} ${built}`,
  );
  return 0;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
