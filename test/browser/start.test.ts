import { spawnSync } from "node:child_process";
import { beforeEach, expect, inject, it } from "vitest";
import { isInstalled } from "../../scripts/console/build.ts";
import { startConsole } from "../../scripts/stack/console.ts";
import { freePorts } from "../../scripts/stack/free-ports.ts";
import { Lifeline } from "../../scripts/stack/lifeline.ts";
import { silentScreen } from "../../scripts/stack/screen.ts";
import { chromiumPath, whySkipped } from "./chromium.ts";
import { served } from "./served.ts";

served();
beforeEach(({ skip }) => skip(chromiumPath === undefined, whySkipped));

it("The console compiles under strict rules", ({ skip }) => {
  skip(!isInstalled(), "its packages are not installed: it was built before, and compiled then");
  const compile = ["scripts/console/compile.ts"];
  const { status, stdout } = spawnSync(process.execPath, compile, { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
}, 120_000);

it("`npm start` serves the built console over its own stack, and ends it with everything else", async () => {
  const life = new Lifeline();
  const ports = { ...inject("frontdesk").ports, console: (await freePorts()).console };
  const outcome = await startConsole(
    { ports, mark: {}, screen: silentScreen, isWanted: true },
    { outcome: "ready", engine: "native", seconds: 1 },
    life,
  );
  expect(outcome).toEqual({ outcome: "ready", url: `http://127.0.0.1:${ports.console}` });
  const url = outcome.outcome === "ready" ? outcome.url : "";
  expect(await (await fetch(url)).text()).toContain("Frontdesk console");
  const up = await fetch(`${url}/proxy/prometheus/api/v1/query?query=up`);
  expect(await up.json()).toMatchObject({ status: "success" });
  await life.stop();
  await expect(fetch(url)).rejects.toThrow();
});
