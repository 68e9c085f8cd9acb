import { isThenable } from "../active.ts";
import { runIn, startEntry } from "../context.ts";
import type { KitSpan } from "../span.ts";
import type { Opening, Outcome } from "./shell.ts";

/** The kit's own entry: synchronous work stays synchronous, and its value or error passes unchanged. */
export function openOwn<T>(opening: Opening, work: (span: KitSpan) => T, outcome: Outcome<T>): T {
  const { span, context } = startEntry(opening);
  const close = () => {
    span.end();
    outcome.ended(span);
  };
  const succeeded = (value: unknown) => {
    outcome.succeeded(span, value as Awaited<T>);
    close();
    return value;
  };
  const failed = (error: unknown): never => {
    outcome.failed(span, error);
    close();
    throw error;
  };
  return runIn(context, () => {
    let result: T;
    try {
      result = work(span);
    } catch (error) {
      return failed(error);
    }
    return (isThenable(result) ? result.then(succeeded, failed) : succeeded(result)) as T;
  });
}
