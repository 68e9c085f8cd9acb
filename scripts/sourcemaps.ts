/** `npm run sourcemaps`: builds the Worker with a debug id and uploads its source map to Sentry; `-- --dry-run` uploads nothing. */
import { join, relative, resolve } from "node:path";
import { readFlags, WrongFlag } from "./flags/read-flags.ts";
import { artifactBundle } from "./sourcemaps/artifact-bundle.ts";
import { buildInjected, bundleName, releaseHere } from "./sourcemaps/build.ts";
import { accountIn, UploadError, upload } from "./sourcemaps/upload.ts";

const root = resolve(import.meta.dirname, "..");

async function main(args: string[]): Promise<void> {
  const { values } = readFlags({
    args,
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
}

const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof WrongFlag || error instanceof UploadError)) throw error;
  console.error(`✗ ${error.message}`);
  process.exitCode = 1;
}
