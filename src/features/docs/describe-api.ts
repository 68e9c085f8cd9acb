import type { ApiDocument, Operation, Parameter } from "./document.ts";

/** What a document says beside its routes. */
export type ApiDescription = {
  readonly openapi: "3.1.0";
  readonly info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; url: string };
  };
  readonly servers: { url: string; description: string }[];
};

export type Deployment = {
  readonly release: string;
  readonly baseDomain: string;
  /** Whether requests may name their tenant by header. */
  readonly tenantOverride: boolean;
};

/**
 * The OpenAPI document of this API.
 *
 * @param generate  joins the description with the routes that are mounted
 */
export function describeApi(
  deployment: Deployment,
  generate: (about: ApiDescription) => object,
): ApiDocument {
  const document = generate({
    openapi: "3.1.0",
    info: { title: "Frontdesk", version: deployment.release, description: introduction(deployment), license },
    servers: [{ url: "/", description: "This host" }],
  }) as ApiDocument;
  return {
    ...document,
    paths: operations(document.paths, (method, path, one) => ({
      operationId: nameOf(method, path),
      ...(deployment.tenantOverride ? withTenantHeader(one) : one),
    })),
    components: { ...document.components, securitySchemes },
  };
}

function operations(
  paths: ApiDocument["paths"] = {},
  describe: (method: string, path: string, one: Operation) => Operation,
): NonNullable<ApiDocument["paths"]> {
  const described = Object.entries(paths).map(([path, methods]) => {
    const entries = Object.entries(methods);
    return [path, Object.fromEntries(entries.map(([method, one]) => [method, describe(method, path, one)]))];
  });
  return Object.fromEntries(described);
}

/** Names an operation for generated clients: `GET /v1/rooms/{room_id}` is `getRoomsByRoomId`. */
const nameOf = (method: string, path: string) =>
  method +
  path
    .replace(/^\/v1/, "")
    .replaceAll("{", "by_")
    .replaceAll(/[^a-z0-9]+([a-z0-9]?)/gi, (_, next) => next.toUpperCase());

const xTenant: Parameter = {
  name: "X-Tenant",
  in: "header",
  required: false,
  description: "Slug of the tenant, where the host names none. A host that names another tenant answers 400.",
  schema: { type: "string", example: "demo" },
};
const badRequest = {
  description: "invalid_request",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function withTenantHeader(one: Operation): Operation {
  if (one["x-access"] === "open") return one;
  return {
    ...one,
    parameters: [...(one.parameters ?? []), xTenant],
    responses: { "400": badRequest, ...one.responses },
  };
}

function introduction({ baseDomain, tenantOverride }: Deployment): string {
  const header = tenantOverride
    ? " Where the host names none, as on the base domain itself, the header `X-Tenant: <tenant>` does."
    : "";
  return `A booking API for businesses with rooms. The host names the tenant: \`<tenant>.${baseDomain}\`.${header}

Times are RFC 3339 in UTC. Lists are pages with an opaque cursor.

Every answer has \`X-Request-ID\`. Any operation with a body may also answer 413 or 415, and any operation 500 or 503.`;
}

const license = { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" };

const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
  health: { type: "http", scheme: "bearer", description: "HEALTH_TOKEN of this deployment." },
  cookie: { type: "apiKey", in: "cookie", name: "__Host-frontdesk" },
};
