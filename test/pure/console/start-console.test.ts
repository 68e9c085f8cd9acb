import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { consoleNotice } from "../../../scripts/stack/addresses.ts";
import { startConsole } from "../../../scripts/stack/console.ts";
import { freePorts } from "../../../scripts/stack/free-ports.ts";
import { Lifeline } from "../../../scripts/stack/lifeline.ts";
import { paintFor, silentScreen } from "../../../scripts/stack/screen.ts";
import type { StackOutcome } from "../../../scripts/stack/supervise.ts";

const native: StackOutcome = { outcome: "ready", engine: "native", seconds: 1 };
const setting = { mark: {}, screen: silentScreen, isWanted: true };
const paint = paintFor(false);

describe("The console of `npm start`", () => {
  const without: Record<string, [isWanted: boolean, stack: StackOutcome]> = {
    "nobody wants one": [false, native],
    "containers bring Grafana": [true, { ...native, engine: "docker" }],
    "there is no stack to show": [true, { outcome: "absent", why: "Go was not found." }],
  };
  for (const [why, [isWanted, stack]] of Object.entries(without))
    it(`is neither built nor mentioned when ${why}`, async () => {
      const outcome = await startConsole(
        { ...setting, isWanted, ports: await freePorts() },
        stack,
        new Lifeline(),
      );
      expect(outcome).toEqual({ outcome: "absent", why: "" });
      expect(consoleNotice(outcome, paint)).toBeUndefined();
    });

  it("stays away when its port is taken, and says by whom and what to do", async () => {
    const ports = await freePorts();
    const other = createServer();
    await new Promise<void>((done) => other.listen(ports.console, "127.0.0.1", done));
    const outcome = await startConsole({ ...setting, ports }, native, new Lifeline());
    other.close();
    expect(consoleNotice(outcome, paint)).toMatch(
      new RegExp(`^There is no console; everything else runs\\.\nPort ${ports.console} .* --free-ports`),
    );
  });

  it("is announced by its address", () => {
    expect(consoleNotice({ outcome: "ready", url: "http://127.0.0.1:3300" }, paint)).toContain(
      "http://localhost:3300",
    );
  });
});
