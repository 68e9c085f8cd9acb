import { describe, expect, it } from "vitest";
import { paintFor, screenOn } from "../../../scripts/stack/screen.ts";

function output(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 40, write: (text: string) => written.push(text) };
}

describe("Without a terminal", () => {
  it("a long step is a line when it begins and one every 15 s", () => {
    let now = 0;
    const out = output(false);
    const screen = screenOn(out, () => now);
    for (const [second, step] of [
      [0, "a"],
      [5, "a"],
      [16, "a"],
      [17, "b"],
      [20, "b"],
    ] as const) {
      now = second * 1000;
      screen.status(step, `${step} at ${second}`);
    }
    expect(out.written).toEqual(["a at 0\n", "a at 16\n", "b at 17\n"]);
  });

  it("nothing is coloured and nothing is erased", () => {
    const out = output(false);
    const screen = screenOn(out);
    screen.status("a", "working");
    screen.print(screen.paint.red("failed"));
    screen.clearStatus();
    expect(out.written.join("")).toBe("working\nfailed\n");
  });
});

describe("On a terminal", () => {
  it("the status stays below what is printed", () => {
    const out = output(true);
    const screen = screenOn(out);
    screen.status("a", "working");
    screen.print("news");
    screen.clearStatus();
    expect(out.written).toEqual(["working", "\r\x1b[Knews\nworking", "\r\x1b[K"]);
  });

  it("a status that would wrap is cut", () => {
    const out = output(true);
    screenOn(out).status("a", "x".repeat(100));
    expect(out.written).toEqual(["x".repeat(39)]);
  });
});

it("NO_COLOR and a dumb terminal get no colours, another terminal does", () => {
  expect(paintFor(true, { NO_COLOR: "1" }).red("text")).toBe("text");
  expect(paintFor(true, { TERM: "dumb" }).red("text")).toBe("text");
  expect(paintFor(true, { NO_COLOR: "" }).red("text")).toBe("\x1b[31mtext\x1b[0m");
});
