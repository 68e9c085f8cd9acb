import { resolve } from "node:path";
import { expect, it } from "vitest";
import { parseFlags } from "../../../scripts/stack/flags.ts";

it("Without flags: port of the table, automatic engine, .frontdesk in the clone", () => {
  expect(parseFlags([], "/elsewhere")).toEqual({
    ...{
      port: undefined,
      stack: "auto",
      trace: "auto",
      data: resolve(import.meta.dirname, "../../../.frontdesk"),
    },
    ...{ reset: false, freePorts: false, console: true, help: false },
  });
});

it("--data is found from where the person is", () => {
  expect(parseFlags(["--data", "here"], "/elsewhere").data).toBe("/elsewhere/here");
});

it("A value may follow an equals sign or a space", () => {
  expect(parseFlags(["--port=1234", "--stack", "none"])).toMatchObject({ port: 1234, stack: "none" });
});

it("--trace stands alone or names what to show, and eats no other flag", () => {
  expect(parseFlags(["--trace", "--reset"])).toMatchObject({ trace: "always", reset: true });
  expect(parseFlags(["--trace=all"]).trace).toBe("all");
});

const wrong = {
  "an unknown flag": [["--ports"], 'Unknown flag "--ports". Valid: --port --stack'],
  "a word that is no flag": [["native"], 'Unknown flag "native"'],
  "a missing value": [["--port"], "--port needs a value, for example --port 8788"],
  "a flag in place of a value": [["--data", "--reset"], "--data needs a value"],
  "a port out of range": [["--port", "70000"], "--port 70000 is not a port"],
  "a port that is no number": [["--port", "web"], "--port web is not a port"],
  "an unknown engine": [["--stack=podman"], "--stack=podman is unknown. Valid: auto, native, docker, none."],
  "an unknown trace mode": [["--trace=some"], "--trace=some is unknown. Valid: always, all, off."],
  "a value for a switch": [["--reset=yes"], "--reset takes no value"],
} as const;
for (const [name, [argv, message]] of Object.entries(wrong))
  it(`${name} is one line with the fix`, () => {
    expect(() => parseFlags(argv)).toThrow(message);
    expect(() => parseFlags(argv)).toThrow(/^[^\n]+$/);
  });
