import { config } from "./config.ts";

let instanceId: string | undefined;

/** Who sends: the service, its release and environment, and this isolate. */
export function resource(): Readonly<Record<string, string>> {
  const { service, release, environment } = config();
  // Made on first use: the platform forbids randomness at module scope.
  instanceId ??= crypto.randomUUID();
  return {
    "service.name": service ?? "frontdesk",
    "service.version": release,
    "service.instance.id": instanceId,
    "deployment.environment.name": environment,
    "cloud.provider": "cloudflare",
    "cloud.platform": "cloudflare.workers",
    "telemetry.sdk.name": "frontdesk-kit",
    "telemetry.sdk.language": "webjs",
  };
}
