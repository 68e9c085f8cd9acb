import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { composeArgs, composeEnv, composePortTrouble } from "../../../scripts/stack/docker-stack.ts";
import { chooseEngine, composeTrouble, type Finders } from "../../../scripts/stack/engine.ts";
import { BuildError } from "../../../scripts/stack/go.ts";
import { defaultPorts } from "../../../scripts/stack/ports.ts";

const go = async () => ({ version: "1.26.1" });
const noGo = async () => {
  throw new BuildError("go-missing", "Go was not found.");
};
const compose = async () => undefined;
const noCompose = async () => "docker is not running.";

const cases: Record<string, [Parameters<typeof chooseEngine>[0], Finders, object]> = {
  "auto takes Go when both are there": ["auto", { go, compose }, { kind: "native", goVersion: "1.26.1" }],
  "auto takes containers when Go is missing": ["auto", { go: noGo, compose }, { kind: "docker" }],
  "auto without both says what is missing of each": [
    "auto",
    { go: noGo, compose: noCompose },
    { kind: "none", why: expect.stringMatching(/Go was not found\.\n.*docker is not running\./s) },
  ],
  "native never becomes docker": [
    "native",
    { go: noGo, compose },
    { kind: "none", why: "Go was not found." },
  ],
  "docker never becomes native": [
    "docker",
    { go, compose: noCompose },
    { kind: "none", why: "docker is not running." },
  ],
  "none is silent": ["none", { go, compose }, { kind: "none", why: "" }],
};
for (const [name, [choice, finders, expected]] of Object.entries(cases))
  it(name, async () => expect(await chooseEngine(choice, {}, finders)).toEqual(expected));

describe("the docker command", () => {
  /** A PATH with a `docker` that answers as scripted. */
  function pathWith(script: string): string {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-docker-"));
    writeFileSync(join(folder, "docker"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "docker"), 0o755);
    return folder;
  }

  it("that is missing is named", async () => {
    expect(await composeTrouble({ PATH: "/nowhere" })).toMatch(/docker was not found on the PATH/);
  });
  it("without compose v2 is told to install the plugin", async () => {
    expect(await composeTrouble({ PATH: pathWith("exit 1") })).toMatch(/no Compose v2 plugin/);
    expect(await composeTrouble({ PATH: pathWith("echo 1.29.2") })).toMatch(/no Compose v2 plugin/);
  });
  it("with compose but no engine is told to start it", async () => {
    const path = pathWith('[ "$1" = compose ] && echo 2.40.3');
    expect(await composeTrouble({ PATH: path })).toMatch(/engine is not running: start it/);
  });
  it("with compose v2 or later and an engine will do", async () => {
    for (const version of ["2.40.3", "v2.40.3-desktop.1", "5.0.1"])
      expect(await composeTrouble({ PATH: pathWith(`echo ${version}`) })).toBeUndefined();
  });
});

describe("compose", () => {
  it("comes up detached, waits until all run, and reads the file of this clone", () => {
    expect(composeArgs.up.join(" ")).toMatch(/^compose --file \/.*\/compose\.yaml up --detach --wait /);
  });
  it("keeps the volumes when it goes down, and deletes them at a reset", () => {
    expect(composeArgs.down).not.toContain("--volumes");
    expect(composeArgs.reset).toContain("--volumes");
  });
  it("merges the overlay that the environment asks for", () => {
    expect(composeEnv({})).toEqual({});
    expect(composeEnv({ HONEYCOMB_API_KEY: "key" })).toEqual({
      FRONTDESK_OVERLAY: "overlays/honeycomb.yaml",
    });
    expect(composeEnv({ HONEYCOMB_API_KEY: "key", FRONTDESK_OVERLAY: "overlays/mine.yaml" })).toEqual({});
  });
  it("refuses ports that it cannot move, but the API's port may be any", () => {
    expect(composePortTrouble({ ...defaultPorts, api: 1234, tap: 1235 })).toBeUndefined();
    expect(composePortTrouble({ ...defaultPorts, tempo: 1234 })).toMatch(/--free-ports/);
  });
});
