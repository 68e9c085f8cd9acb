/** The door of the telemetry kit: application code imports from here and nowhere else. Map: README.md. */
export type { Attributes, ErrorType } from "../attributes.ts";
export {
  type ActiveSpan,
  annotate,
  annotateEntry,
  bindContext,
  currentTrace,
  inject,
  link,
  type SpanOptions,
  span,
  whoAsked,
} from "./active.ts";
export { idsIn } from "./asked.ts";
export { capture } from "./capture.ts";
export type { KitConfig } from "./config.ts";
export type { ClassOptions } from "./entry/class.ts";
export { type EntrypointOptions, instrumentEntrypoint } from "./entry/entrypoint.ts";
export { instrumentObject } from "./entry/object.ts";
export { type ProcessOptions, processMessage } from "./entry/queue.ts";
export { instrumentWorker } from "./entry/worker.ts";
export { errorTypeOf } from "./error-type.ts";
export { otlpHeaders } from "./export/otlp-headers.ts";
export { type ExportCounts, exportCounts } from "./export/status.ts";
export type { Fault, FaultReporter } from "./faults/fault.ts";
export { log, type Severity } from "./log.ts";
export { count, record } from "./meter.ts";
export type { TraceCarrier } from "./propagate.ts";
