import type { Admitted } from "../admit.ts";
import type { ExceptionText } from "../exception.ts";

/** A fault as it may leave: allow-listed and scrubbed, in our own shape, without the error that it was made of. */
export type Fault = {
  readonly timeMs: number;
  /** The exception and its causes, outermost first. */
  readonly exceptions: readonly ExceptionText[];
  /** Ids, module, `error.type` and what else the record says. */
  readonly attributes: Readonly<Record<string, Admitted>>;
  readonly environment: string;
  readonly release: string;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly parentSpanId: string | undefined;
};

/**
 * Tells somebody about a fault; called once for each. The promise is given to `waitUntil` and must end in time;
 * its rejection is ignored.
 */
export type FaultReporter = (fault: Fault) => Promise<void>;
