import { type ParseArgsConfig, parseArgs } from "node:util";

/** The message is one line for the person at the terminal. */
export class WrongFlag extends Error {}

/**
 * Reads flags as `parseArgs` does.
 *
 * @throws WrongFlag  one line with the valid flags
 */
export function readFlags<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new WrongFlag(inOneLine(error as NodeJS.ErrnoException, Object.keys(config.options ?? {})));
  }
}

function inOneLine({ code, message }: NodeJS.ErrnoException, names: readonly string[]): string {
  const [first = message] = message.split("\n");
  const valid = `Valid: ${[...new Set([...names, "help"])].map((name) => `--${name}`).join(" ")}.`;
  const flag = /'(.*?)'/.exec(first)?.[1] ?? first;
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `Unknown flag "${flag}". ${valid}`;
  if (code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") return `Unknown argument "${flag}". ${valid}`;
  return `${first.replace(/\.?$/, ".")} ${valid}`;
}
