// biome-ignore lint/suspicious/noExplicitAny: classes of errors, whatever their constructors take
type ErrorClass = abstract new (...args: any[]) => Error;

/**
 * Runs a command that answers a question: `--help` prints its page; when it cannot answer, it says why in one line,
 * or with a stack where nobody expected that.
 *
 * @param expected  errors whose message is meant for the person at the terminal
 * @returns what the command returns, 3 when it threw
 */
export async function runCommand(
  usage: string,
  expected: readonly ErrorClass[],
  act: (args: readonly string[]) => Promise<number>,
): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  try {
    return await act(args);
  } catch (error) {
    const isExpected = expected.some((kind) => error instanceof kind);
    console.error(
      `BROKEN: ${isExpected ? (error as Error).message : String((error as Error).stack ?? error)}`,
    );
    return 3;
  }
}
