import type { MiddlewareHandler } from "hono";
import { annotateEntry, bindContext } from "../../telemetry/kit/index.ts";
import type { Tenant } from "../platform/access.ts";
import type { Settings } from "../platform/env.ts";
import { AppError } from "../platform/errors.ts";
import type { HttpEnv } from "../platform/http.ts";

type Hosts = Pick<Settings, "baseDomain" | "tenantOverride">;

/**
 * Finds whose house this is: the subdomain of the base domain, or `X-Tenant` where the environment allows it.
 * Where both name a tenant, they must name the same one.
 */
export function tenant(
  hosts: Hosts,
  find: (slug: string) => Promise<Tenant | undefined>,
): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (c.get("route").access !== "open") {
      const ofHeader = overriding(hosts, c.req.header("x-tenant"));
      const ofHost = subdomain(hosts, new URL(c.req.url).hostname);
      const slug = ofHeader ?? ofHost;
      if (ofHost !== undefined && slug !== ofHost) throw twoTenants(ofHost);
      const found = slug === undefined ? undefined : await find(slug);
      if (!found) throw unknownTenant(hosts);
      c.set("tenant", found);
      annotateEntry({ "frontdesk.tenant.tier": found.tier });
      bindContext({ "frontdesk.tenant.id": found.id });
    }
    await next();
  };
}

const overriding = (hosts: Hosts, header: string | undefined) =>
  hosts.tenantOverride && header ? header.trim().toLowerCase() : undefined;

function subdomain(hosts: Hosts, hostname: string): string | undefined {
  const suffix = `.${hosts.baseDomain}`;
  const label = hostname.toLowerCase().endsWith(suffix)
    ? hostname.slice(0, -suffix.length).toLowerCase()
    : "";
  return label === "" || label.includes(".") ? undefined : label;
}

const twoTenants = (ofHost: string) =>
  new AppError("invalid_request", "The host and the header X-Tenant name two tenants.", {
    errors: [{ pointer: "X-Tenant", detail: `must be ${ofHost}, as the host says, or be left out` }],
  });

function unknownTenant(hosts: Hosts): AppError {
  const override = hosts.tenantOverride ? " or send the header X-Tenant: <tenant>" : "";
  return new AppError("not_found", `No tenant lives here. Call <tenant>.${hosts.baseDomain}${override}.`);
}
