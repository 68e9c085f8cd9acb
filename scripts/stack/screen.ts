/** What the person at the terminal sees. Whole lines, and one status line that a terminal keeps at the bottom. */
export type Screen = {
  readonly paint: Paint;
  print(text: string): void;
  /** Shows how a long step gets on. Without a terminal: a line when `step` changes, then one every 15 s. */
  status(step: string, text: string): void;
  clearStatus(): void;
};

export type Paint = Readonly<
  Record<"red" | "green" | "yellow" | "cyan" | "dim" | "bold", (text: string) => string>
>;

type Output = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

const codes = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
const plainEveryMs = 15_000;

/** Colours for a terminal, none otherwise or with NO_COLOR (https://no-color.org). */
export function paintFor(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Paint {
  const coloured = isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
  return Object.fromEntries(
    Object.entries(codes).map(([name, code]) => [
      name,
      (text: string) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text),
    ]),
  ) as Paint;
}

/** A screen that shows nothing, for tests and programs. */
export const silentScreen: Screen = {
  paint: paintFor(false),
  print: () => {},
  status: () => {},
  clearStatus: () => {},
};

export function screenOn(output: Output = process.stdout, now: () => number = Date.now): Screen {
  return output.isTTY ? terminal(output) : plain(output, now);
}

function terminal(output: Output): Screen {
  let status = "";
  const erase = () => (status ? "\r\x1b[K" : "");
  return {
    paint: paintFor(true),
    print: (text) => output.write(`${erase()}${text}\n${status}`),
    status: (_step, text) => {
      const before = erase();
      // A line that wraps cannot be erased.
      status = text.slice(0, (output.columns ?? 80) - 1);
      output.write(`${before}${status}`);
    },
    clearStatus: () => {
      output.write(erase());
      status = "";
    },
  };
}

function plain(output: Output, now: () => number): Screen {
  let last = { step: "", at: 0 };
  return {
    paint: paintFor(false),
    print: (text) => output.write(`${text}\n`),
    status: (step, text) => {
      if (step === last.step && now() - last.at < plainEveryMs) return;
      last = { step, at: now() };
      output.write(`${text}\n`);
    },
    clearStatus: () => {
      last = { step: "", at: 0 };
    },
  };
}
