import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import { type Archive, openArchive } from "./pager-archive.ts";
import { type Places, runbookPage } from "./pager-links.ts";
import { createMailbox } from "./pager-mail.ts";
import { type Message, type MessageBody, readChat, readIncident } from "./pager-messages.ts";
import { BadNotification, type Notification, parseNotification } from "./pager-notification.ts";
import { pagerPage, pagerPolicy } from "./pager-page.ts";
import { isSign, type OwnPage, WatchdogWait } from "./pager-watchdog.ts";
import { isThere, wayTo } from "./pager-ways.ts";

const bodyBytesMax = 1_000_000;

/**
 * The local pager: takes Alertmanager's webhooks, keeps the last ones on disk and shows them.
 * POST / takes one; GET / is a page; GET /api/notifications is JSON, newest first, with what is known of the watchdog;
 * POST /pagerduty/v2/enqueue and /slack/<channel> take what Alertmanager's templates wrote for people, GET /api/messages lists it;
 * GET /runbooks/<page> is a runbook; GET /to/… leads to what a message names; GET /healthz answers when it runs.
 */
export function createPager(archive: Archive<Notification>, setting: PagerSetting = {}): Server {
  const { places = {}, patienceMs = 0, now = Date.now, messages = inMemory() } = setting;
  const pager: Pager = { archive, messages, places, now, watchdog: new WatchdogWait(patienceMs, now()) };
  const looks = setInterval(() => keep(pager, pager.watchdog.look(now())), setting.lookEveryMs ?? 5_000);
  looks.unref();
  return createServer((request, response) => {
    void answer(pager, request)
      .catch((error: unknown) =>
        json(error instanceof BadNotification ? 400 : 500, { error: (error as Error).message }),
      )
      .then((reply) => send(response, reply));
  }).on("close", () => clearInterval(looks));
}

export type PagerSetting = {
  readonly places?: Places;
  /** How long the watchdog may stay away before the pager pages by itself; 0: for ever. */
  readonly patienceMs?: number;
  readonly lookEveryMs?: number;
  readonly now?: () => number;
  /** What was written for people; kept in memory only when absent. */
  readonly messages?: Archive<Message>;
};
type Pager = {
  readonly archive: Archive<Notification>;
  readonly messages: Archive<Message>;
  readonly places: Places;
  readonly watchdog: WatchdogWait;
  readonly now: () => number;
};

/** For a pager without a folder: a test's. */
function inMemory(): Archive<Message> {
  let kept: readonly Message[] = [];
  return {
    nextId: () => (kept[0]?.id ?? 0) + 1,
    add: (message) => {
      kept = [message, ...kept].slice(0, 200);
    },
    newest: () => kept,
  };
}

function keep({ archive }: Pager, page: OwnPage | undefined): void {
  if (page) archive.add({ id: archive.nextId(), ...page });
}

type Reply = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

async function answer(pager: Pager, request: IncomingMessage): Promise<Reply> {
  const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://pager");
  const runbook = await runbookPage(path);
  if (runbook !== undefined) return { status: 200, type: "text/plain; charset=utf-8", body: runbook };
  if (path.startsWith("/to/")) return lead(pager, path.slice(3), searchParams);
  const [, channel] = /^\/slack\/([\w-]+)$/.exec(path) ?? [];
  if (channel && request.method === "POST")
    return takeMessage(pager, request, (body) => readChat(channel, body));
  const route = routes[path];
  if (!route) return json(404, { error: `nothing here; there are ${Object.keys(routes).join(", ")}` });
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const handler = route[method];
  if (handler) return handler(pager, request);
  const allow = Object.keys(route).join(", ");
  return { ...json(405, { error: `${method} is not for ${path}; use ${allow}` }), headers: { allow } };
}

type Handler = (pager: Pager, request: IncomingMessage) => Reply | Promise<Reply>;
const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  "/": {
    GET: ({ archive, messages, places, watchdog, now }) => ({
      status: 200,
      type: "text/html; charset=utf-8",
      body: pagerPage(archive.newest(), new Date(now()), {
        ...{ places, lastSign: watchdog.state.lastHeard, messages: messages.newest() },
      }),
    }),
    POST: receive,
  },
  "/api/notifications": {
    GET: ({ archive, watchdog }) => json(200, { notifications: archive.newest(), watchdog: watchdog.state }),
  },
  "/api/messages": { GET: ({ messages }) => json(200, { messages: messages.newest() }) },
  "/pagerduty/v2/enqueue": {
    POST: (pager, request) => takeMessage(pager, request, readIncident, 202),
  },
  "/healthz": { GET: () => json(200, { status: "ok" }) },
};

async function receive(pager: Pager, request: IncomingMessage): Promise<Reply> {
  const { archive, now } = pager;
  const body = await readBody(request);
  if (body === "too large") return json(413, { error: `a notification may have ${bodyBytesMax} bytes` });
  const notification = parseNotification(body.text, archive.nextId(), new Date(now()).toISOString());
  const isRepeated = isSign(notification) && isSaidAgain(archive, notification);
  if (isSign(notification))
    keep(pager, pager.watchdog[notification.status === "firing" ? "heard" : "ended"](now()));
  // A sign comes every minute: kept each time, it would push out what matters.
  if (isRepeated) return json(200, { id: null });
  archive.add({ ...notification, id: archive.nextId() });
  return json(200, { id: archive.newest()[0]?.id });
}

/** Keeps a message for people and answers as the service would that it was meant for. */
async function takeMessage(
  pager: Pager,
  request: IncomingMessage,
  read: (body: string) => MessageBody,
  status = 200,
): Promise<Reply> {
  const body = await readBody(request);
  if (body === "too large") return json(413, { error: `a message may have ${bodyBytesMax} bytes` });
  const message = read(body.text);
  keepMessage(pager, message);
  if (message.kind !== "incident") return { status, type: "text/plain", body: "ok" };
  return json(status, { status: "success", message: "Event processed", dedup_key: message.key });
}

function keepMessage({ messages, now }: Pick<Pager, "messages" | "now">, body: MessageBody): void {
  messages.add({ id: messages.nextId(), receivedAt: new Date(now()).toISOString(), ...body });
}

async function lead({ places }: Pager, path: string, search: URLSearchParams): Promise<Reply> {
  const way = wayTo(path, search, places, await isThere(places.console));
  if (way) return { status: 302, type: "text/plain", body: `${way}\n`, headers: { location: way } };
  return json(404, { error: `nothing that runs can show ${path}; \`npm start\` serves the console` });
}

/** Its group said the same when it was last heard of. */
const isSaidAgain = (archive: Archive<Notification>, { groupKey, status }: Notification): boolean =>
  archive.newest().find((one) => one.groupKey === groupKey)?.status === status;

/** Reads on past the limit without keeping anything, so that the sender gets its answer. */
async function readBody(request: IncomingMessage): Promise<{ text: string } | "too large"> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyBytesMax) chunks.push(chunk);
  }
  return size > bodyBytesMax ? "too large" : { text: Buffer.concat(chunks).toString("utf8") };
}

const json = (status: number, value: unknown): Reply => ({
  status,
  type: "application/json",
  body: `${JSON.stringify(value)}\n`,
});

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    "content-type": reply.type,
    "cache-control": "no-store",
    "content-security-policy": pagerPolicy,
    "x-content-type-options": "nosniff",
    ...reply.headers,
  });
  response.end(reply.body);
}

function main(): void {
  const options = readOptions();
  const messages = openArchive<Message>(options.data, options.keep, "messages");
  const server = createPager(openArchive(options.data, options.keep), { ...options, messages });
  const mailbox = createMailbox((mail) =>
    keepMessage({ messages, now: Date.now }, { kind: "mail", ...mail }),
  );
  mailbox.on("error", (error) => console.error(`pager: no mail is taken: ${error.message}`));
  if (options.mail !== undefined) mailbox.listen(options.mail, options.listen);
  server.on("error", (error: NodeJS.ErrnoException) => {
    const used =
      error.code === "EADDRINUSE"
        ? `port ${options.port} is in use: choose another with --port`
        : error.message;
    fail(`pager: ${used}`, 1);
  });
  server.listen(options.port, options.listen);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
}

type Options = PagerSetting & {
  readonly listen: string;
  readonly port: number;
  readonly data: string;
  readonly keep: number;
  /** Port that takes mail; none when absent. */
  readonly mail: number | undefined;
};

function readOptions(): Options {
  const usage =
    "usage: node scripts/stack/pager.ts --data DIR [--port 9095] [--listen 127.0.0.1] [--keep 200] [--watchdog SECONDS] [--mail PORT] [--console URL] [--dashboards URL] [--traces URL] [--metrics URL]";
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      options: {
        ...{ listen: text, port: text, data: text, keep: text },
        ...{ watchdog: text, dashboards: text, traces: text, metrics: text, console: text, mail: text },
      },
    });
    const [port, keep, patience] = [values.port ?? 9095, values.keep ?? 200, values.watchdog ?? 180].map(
      Number,
    ) as [number, number, number];
    if (!values.data) throw new Error("--data is missing");
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error("--port must be a number from 0 to 65535");
    if (!Number.isInteger(keep) || keep < 1) throw new Error("--keep must be a number from 1 on");
    if (!(patience >= 0)) throw new Error("--watchdog must be a number of seconds; 0 waits for ever");
    return {
      ...{ listen: values.listen ?? "127.0.0.1", port, data: values.data, keep },
      patienceMs: patience * 1_000,
      mail: values.mail === undefined ? undefined : Number(values.mail),
      places: {
        ...{ dashboards: values.dashboards, console: values.console },
        ...{ traces: values.traces, metrics: values.metrics },
      },
    };
  } catch (error) {
    return fail(`pager: ${(error as Error).message}\n${usage}`, 2);
  }
}

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}

if (import.meta.main) main();
