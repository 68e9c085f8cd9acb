import { watch } from "../../../telemetry/kit/recording.ts";
import { installCounters } from "./counters.ts";
import { bookSpan } from "./ledger.ts";

// Files that share a workerd share its counters.
const place = globalThis as { frontdeskCounting?: boolean };
if (!place.frontdeskCounting) {
  place.frontdeskCounting = true;
  installCounters();
  watch({ span: bookSpan, log: () => {}, point: () => {} });
}
