import type { SeenLog, SeenPoint, SeenSpan } from "../../../telemetry/registry/seen.ts";

/** What one test file has seen since it last told. */
export type Seen = {
  readonly file: string;
  readonly spans: readonly SeenSpan[];
  readonly logs: readonly SeenLog[];
  readonly points: readonly SeenPoint[];
  /** Lines of JSON that were printed. */
  readonly lines: readonly string[];
  /** Names that the file emits although they are not declared, on purpose. */
  readonly plants: readonly string[];
  /** Nothing follows from this file. */
  readonly isLast: boolean;
};
