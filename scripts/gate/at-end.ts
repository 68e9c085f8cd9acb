import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let isListening = false;

/**
 * Does something when this process ends, also when Ctrl-C or `kill` ends it; what was asked for last comes first.
 *
 * @param act  cannot wait for anything
 * @returns    takes it back
 */
export function atEnd(act: () => void): () => void {
  // A signal that nobody listens to ends Node before anything can be done.
  if (!isListening)
    for (const signal of signals) process.on(signal, () => process.exit(128 + constants.signals[signal]));
  isListening = true;
  process.prependOnceListener("exit", act);
  return () => void process.off("exit", act);
}
