import { describe, expect, it } from "vitest";
import { WrongFlag } from "../../../scripts/flags/read-flags.ts";
import { parseOptions } from "../../../scripts/mute/options.ts";
import { muted } from "../../../scripts/mute/silences.ts";

const nobody = { person: () => undefined, running: () => undefined };
const ada = { person: () => "Ada", running: () => "http://127.0.0.1:1" };
const asked = ["--for", "10m", "--why", "deploy 1.2.3"];

describe("npm run mute", () => {
  it("asks the system that runs here, in the name of who calls it", () =>
    expect(parseOptions(asked, ada)).toEqual({
      ...{ does: "begin", seconds: 600, why: "deploy 1.2.3", by: "Ada" },
      ...{ alertmanager: "http://127.0.0.1:1", environment: undefined },
    }));

  it("takes 1 to 30 minutes", () => {
    const forTime = (time: string) => parseOptions(["--for", time, "--why", "x"], ada);
    expect(
      ["1m", "60s", "30m", "1800s"].map((time) => (forTime(time) as { seconds: number }).seconds),
    ).toEqual([60, 60, 1_800, 1_800]);
    for (const wrong of ["31m", "59s", "1801s", "0m", "1h", "10", "soon", ""])
      expect(() => forTime(wrong), wrong).toThrow(/^--for "/);
  });

  const refused: Record<string, [args: string[], says: RegExp]> = {
    "no time": [["--why", "x"], /^--for is missing/],
    "no reason": [["--for", "5m"], /^--why is missing/],
    "an empty reason": [["--for", "5m", "--why", " "], /^--why is missing/],
    "nobody's name": [asked, /--by NAME/],
    "an unknown environment": [["--list", "--environment", "prod"], /local, staging, production/],
    "a list that also begins": [["--list", "--for", "5m"], /^--for begins a mute/],
    "a list that also ends": [["--list", "--end"], /not both/],
    "an address without a scheme": [["--list", "--alertmanager", "localhost:9093"], /not an http\(s\) URL/],
    "an unknown flag": [["--forever"], /^Unknown flag "--forever"\. Valid: /],
  };
  it.each(Object.entries(refused))("refuses %s in one line", (_what, [args, says]) => {
    const error = (() => {
      try {
        return parseOptions(args, nobody);
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(error).toBeInstanceOf(WrongFlag);
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toContain("\n");
  });

  it("covers tickets only, by equality, whatever the environment", () => {
    for (const environment of [undefined, "production"]) {
      const [severity, ...others] = muted(environment);
      expect(severity).toEqual({ name: "severity", value: "ticket", isRegex: false, isEqual: true });
      expect(others.map(({ name }) => name)).toEqual(
        environment ? ["service", "deployment_environment_name"] : ["service"],
      );
    }
  });
});
