import { type ApiDocument, exampleOf, type Operation, type Parameter } from "./document.ts";

export type Target = {
  /** Where the page was read, so that what is copied works at once. */
  readonly origin: string;
  /** A tenant named by header, where the host names none and the environment allows it. */
  readonly tenantHeader: string | undefined;
  readonly now: number;
};

/** Logs in and keeps the token; the credentials are those of the local demo. */
export function loginCommand({ origin, tenantHeader }: Target): string {
  return [
    `TOKEN=$(curl -s '${origin}/v1/auth/login' \\`,
    ...(tenantHeader === undefined ? [] : [`  -H "X-Tenant: ${tenantHeader}" \\`]),
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"email":"owner@demo.example","password":"demo-password-1"}' |`,
    `  sed -E 's/.*"token":"([^"]+)".*/\\1/')`,
  ].join("\n");
}

/** A command to paste in a terminal; the token is taken from the variable TOKEN. */
export function curlOf(
  document: ApiDocument,
  target: Target,
  method: string,
  path: string,
  operation: Operation,
): string {
  const parameters = operation.parameters ?? [];
  const value = ({ name, schema }: Parameter) => String(exampleOf(document, schema, target.now, name));
  const filled = parameters
    .filter((parameter) => parameter.in === "path")
    .reduce(
      (url, parameter) => url.replace(`{${parameter.name}}`, encodeURIComponent(value(parameter))),
      path,
    );
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map((parameter) => `${parameter.name}=${value(parameter)}`)
    .join("&");
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const headers = [
    ...(target.tenantHeader !== undefined && operation["x-access"] !== "open"
      ? [`X-Tenant: ${target.tenantHeader}`]
      : []),
    ...(operation.security?.length ? [`Authorization: Bearer ${tokenVariable(operation)}`] : []),
    ...parameters.filter((p) => p.in === "header" && p.required).map((p) => `${p.name}: ${value(p)}`),
    ...(body ? ["Content-Type: application/json"] : []),
  ];
  return [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}'${target.origin}${filled}${query && `?${query}`}'`,
    ...headers.map((header) => `  -H "${header.replaceAll('"', '\\"')}"`),
    ...(body
      ? [`  -d '${JSON.stringify(exampleOf(document, body, target.now)).replaceAll("'", "'\\''")}'`]
      : []),
  ].join(" \\\n");
}

const tokenVariable = ({ security = [] }: Operation) =>
  "health" in (security[0] ?? {}) ? "$HEALTH_TOKEN" : "$TOKEN";
