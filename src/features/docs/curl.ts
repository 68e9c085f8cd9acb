import { type ApiDocument, exampleOf, type Operation, type Parameter } from "./document.ts";

export type Target = {
  /** Where the page was read, so that what is copied works at once. */
  readonly origin: string;
  /** A tenant named by header, where the host names none and the environment allows it. */
  readonly tenantHeader: string | undefined;
  /** Whether the secrets of this deployment stand in the reader's clone. */
  readonly isLocal: boolean;
  readonly now: number;
};

/** Logs in and finds a room, for the commands that follow; the credentials are those of the local demo. */
export function beginCommand(target: Target): string {
  const { origin, tenantHeader } = target;
  return [
    loginCommand(target),
    `ROOM=$(curl -s '${origin}/v1/rooms?limit=1' \\`,
    ...(tenantHeader === undefined ? [] : [`  -H "X-Tenant: ${tenantHeader}" \\`]),
    `  -H "Authorization: Bearer $TOKEN" |`,
    `  sed -nE 's/.*"items":\\[\\{"id":"([^"]+)".*/\\1/p')`,
    `echo "TOKEN has \${#TOKEN} characters, ROOM is $ROOM"`,
  ].join("\n");
}

function loginCommand({ origin, tenantHeader }: Target): string {
  return [
    `TOKEN=$(curl -s '${origin}/v1/auth/login' \\`,
    ...(tenantHeader === undefined ? [] : [`  -H "X-Tenant: ${tenantHeader}" \\`]),
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"email":"owner@demo.example","password":"demo-password-1"}' |`,
    `  sed -nE 's/.*"token":"([^"]+)".*/\\1/p')`,
  ].join("\n");
}

/** A command to paste in a terminal, in the page's order; what varies is taken from the variables of `beginCommand`. */
export function curlOf(
  document: ApiDocument,
  target: Target,
  method: string,
  path: string,
  operation: Operation,
): string {
  const request = requestOf(document, target, method, path, operation);
  switch (operation.operationId) {
    case "postBookings":
      return `BOOKING=$(${request.replace("curl ", "curl -s ")} |\n  tee /dev/stderr | sed -nE 's/.*"id":"(booking_[^"]+)".*/\\1/p')`;
    // The page ends no session that its next command needs.
    case "postAuthLogout":
      return `${request}\n${loginCommand(target)}`;
    case "getHealthDeep":
      return target.isLocal
        ? `HEALTH_TOKEN=$(grep ^HEALTH_TOKEN= .frontdesk/worker.env | cut -d "'" -f 2)\n${request}`
        : request;
    default:
      return request;
  }
}

function requestOf(
  document: ApiDocument,
  target: Target,
  method: string,
  path: string,
  operation: Operation,
): string {
  const parameters = operation.parameters ?? [];
  const example = ({ name, schema }: Parameter) => String(exampleOf(document, schema, target.now, name));
  const filled = parameters
    .filter((parameter) => parameter.in === "path")
    .reduce((url, one) => url.replace(`{${one.name}}`, () => variables[one.name] ?? example(one)), path);
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map((parameter) => `${parameter.name}=${example(parameter)}`)
    .join("&");
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const headers = [
    ...(target.tenantHeader !== undefined && operation["x-access"] !== "open"
      ? [`X-Tenant: ${target.tenantHeader}`]
      : []),
    ...(operation.security?.length ? [`Authorization: Bearer ${tokenVariable(operation)}`] : []),
    ...parameters
      .filter((parameter) => parameter.in === "header" && parameter.required)
      .map((one) => `${one.name}: ${variables[one.name] ?? example(one)}`),
    ...(body ? ["Content-Type: application/json"] : []),
  ];
  const url = `${target.origin}${filled}${query && `?${query}`}`;
  const quote = url.includes("$") ? '"' : "'";
  return [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${quote}${url}${quote}`,
    ...headers.map((header) => `  -H "${header.replaceAll('"', '\\"')}"`),
    ...(body ? [`  -d '${bodyOf(document, body, target.now)}'`] : []),
  ].join(" \\\n");
}

/** What a command takes from the shell. Without it, ids would be made up and a second paste would repeat the first. */
const variables: Readonly<Record<string, string>> = {
  room_id: "$ROOM",
  booking_id: "$BOOKING",
  "idempotency-key": '"docs-$(date +%s)"',
};

/** A body between single quotes, which end for a moment where the shell has to fill in. */
function bodyOf(document: ApiDocument, schema: object, now: number): string {
  return JSON.stringify(exampleOf(document, schema, now))
    .replaceAll("'", "'\\''")
    .replace(/("room_id":")[^"]*/, "$1'$ROOM'")
    .replace(/("slug":"[^"]*)/, "$1-'$(date +%s)'");
}

const tokenVariable = ({ security = [] }: Operation) =>
  "health" in (security[0] ?? {}) ? "$HEALTH_TOKEN" : "$TOKEN";
