import { describe, expect, it } from "vitest";
import { addressTable, missedStack, stackNotice } from "../../../scripts/stack/addresses.ts";
import { dataFolder } from "../../../scripts/stack/data-folder.ts";
import type { TraceMode } from "../../../scripts/stack/flags.ts";
import type { Frontdesk } from "../../../scripts/stack/frontdesk.ts";
import { defaultPorts } from "../../../scripts/stack/ports.ts";
import { paintFor } from "../../../scripts/stack/screen.ts";
import type { StackOutcome } from "../../../scripts/stack/supervise.ts";

const paint = paintFor(false);
const ready: StackOutcome = { outcome: "ready", engine: "native", seconds: 3 };
const asked: StackOutcome = { outcome: "absent", why: "" };
const missing: StackOutcome = { outcome: "absent", why: "Go was not found.\nSecond line." };
const urls = Object.fromEntries(
  Object.entries(defaultPorts).map(([name, port]) => [name, `http://127.0.0.1:${port}`]),
) as Frontdesk["urls"];
const frontdesk = { urls, data: dataFolder("/data"), memory: () => ({ Worker: 300 }) };
const line = (what: string, outcome: StackOutcome, trace: TraceMode = "auto") =>
  addressTable(frontdesk, outcome, trace, paint)
    .split("\n")
    .find((one) => one.startsWith(`  ${what} `)) ?? "";

describe("The table of addresses", () => {
  it("shows queries that can be pasted as they are", () => {
    expect(line("Tempo", ready)).toContain(
      `curl -G http://localhost:3200/api/search --data-urlencode 'q={ rootServiceName = "frontdesk" && span.http.route = "/v1/bookings" }'`,
    );
    expect(line("Logs", ready)).toContain(
      "curl http://localhost:9428/select/logsql/query -d 'query=trace_id:*' -d limit=3",
    );
  });

  it("says what becomes of telemetry when nothing stores it", () => {
    expect(line("OTLP/HTTP", ready)).toContain("send your own telemetry here");
    expect(line("OTLP/HTTP", asked)).toContain("traces are printed here only; nothing is stored");
    expect(line("OTLP/HTTP", asked, "off")).toContain("taken, but neither printed nor stored");
  });
});

it("No stack and no traces are no contradiction", () => {
  expect(stackNotice(asked, "off", paint)).toBe("No stack, as asked.");
  expect(line("Traces", asked, "off")).toContain("not printed");
  expect(stackNotice(asked, "auto", paint)).toBe("No stack, as asked: traces are shown here.");
});

it("A stack that was asked for by name and is missing is named once more; one nobody asked for is not", () => {
  expect(missedStack("native", missing, paint)).toBe(
    "--stack=native was asked for, but there is no stack: Go was not found.",
  );
  expect(missedStack("auto", missing, paint)).toBeUndefined();
  expect(missedStack("none", asked, paint)).toBeUndefined();
  expect(missedStack("docker", ready, paint)).toBeUndefined();
});
