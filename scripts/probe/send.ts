import { wordsOf } from "./failure.ts";

/**
 * Headers as OpenTelemetry's exporters take them: `name=value,name=value`, percent-encoded.
 *
 * @source https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function otlpHeaders(text: string | undefined): Record<string, string> {
  const pairs = (text ?? "").split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/**
 * Writes metrics to Prometheus itself, so that a collector that is away hides nothing.
 *
 * @returns undefined when they were taken, else why not, in words
 * @source https://prometheus.io/docs/guides/opentelemetry/
 */
export async function writeMetrics(
  prometheus: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<string | undefined> {
  try {
    const response = await fetch(`${prometheus}/api/v1/otlp/v1/metrics`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return response.ok ? undefined : `${prometheus} answered ${response.status} ${text.trim().slice(0, 200)}`;
  } catch (error) {
    return `${prometheus} does not answer: ${wordsOf(error)}`;
  }
}
