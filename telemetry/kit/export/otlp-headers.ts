/**
 * Reads the headers of an OTLP receiver as `OTEL_EXPORTER_OTLP_HEADERS` writes them.
 *
 * @param text  `k=v,k2=v2`; what is not a pair is left out
 * @source https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function otlpHeaders(text: string | undefined): Record<string, string> | undefined {
  const pairs = (text ?? "").split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const] : [];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
