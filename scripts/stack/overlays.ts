/** The collector's own configuration, in the order in which the collector merges it. */
export const collectorFiles = [
  "telemetry/collector/collector.yaml",
  "telemetry/collector/redaction.yaml",
  "telemetry/collector/counts.yaml",
] as const;

/** Overlay of the collector's configuration → environment variables that must all be set to choose it. */
export const overlays = {
  "telemetry/collector/overlays/honeycomb.yaml": ["HONEYCOMB_API_KEY"],
  "telemetry/collector/overlays/grafana-cloud.yaml": [
    "GRAFANA_CLOUD_OTLP_ENDPOINT",
    "GRAFANA_CLOUD_BASIC_AUTH",
  ],
  "telemetry/collector/overlays/behind-front.yaml": ["FRONTDESK_BEHIND_FRONT"],
  "telemetry/collector/overlays/production-sampling.yaml": ["FRONTDESK_TAIL_SAMPLING"],
} as const satisfies Record<string, readonly string[]>;

/**
 * Overlays chosen by the environment, in the order in which the collector merges them.
 *
 * @throws Error naming the missing variables when only some of an overlay's are set
 */
export function collectorOverlays(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(overlays).flatMap(([path, names]) => {
    const missing = names.filter((name) => !env[name]);
    if (missing.length === names.length) return [];
    if (missing.length > 0)
      throw new Error(`${path} also needs ${missing.join(" and ")}: set it, or unset the others`);
    return [path];
  });
}
