import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { dataFolder } from "../../scripts/stack/data-folder.ts";
import { type Frontdesk, startFrontdesk } from "../../scripts/stack/frontdesk.ts";
import { claimDataFolder } from "../../scripts/stack/leftovers.ts";
import { screenOn } from "../../scripts/stack/screen.ts";

/** The system under test: `inject("frontdesk")` in every file of test/stack. */
export type TestSystem = Pick<Frontdesk, "urls" | "ports" | "secrets" | "demo"> & { readonly data: string };

declare module "vitest" {
  interface ProvidedContext {
    frontdesk: TestSystem;
  }
}

const prefix = "frontdesk-stack-";
/** Longer than another run needs to make its folder and claim it. */
const unclaimedMs = 60_000;

/** Starts one system for the whole suite: the Worker and the native stack, on free ports and a folder of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const data = await mkdtemp(join(tmpdir(), prefix));
  const screen = screenOn({ write: (text) => process.stderr.write(text) });
  const frontdesk = await startFrontdesk({
    data,
    ports: "free",
    stack: "native",
    trace: "off",
    screen,
    probe: false,
    console: false,
  });
  process.once("exit", () => frontdesk.kill());
  const outcome = await frontdesk.stackReady;
  if (outcome.outcome !== "ready" || !frontdesk.demo) {
    await frontdesk.stop();
    throw new Error(
      outcome.outcome === "absent" ? outcome.why : "the demo tenant could not be made, see above",
    );
  }
  const { urls, ports, secrets, demo } = frontdesk;
  project.provide("frontdesk", { urls, ports, secrets, demo, data });
  return async () => {
    await frontdesk.stop();
    await rm(data, { recursive: true, force: true });
  };
}

/** Ends and deletes what a killed test run left behind. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const path = join(tmpdir(), name);
    try {
      if (Date.now() - (await stat(path)).birthtimeMs < unclaimedMs) continue;
      await claimDataFolder(dataFolder(path));
      await rm(path, { recursive: true, force: true });
    } catch {
      // Another test run is in it.
    }
  }
}
