import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";

export type Received = { readonly path: string; readonly body: unknown; readonly at: number };
export type Vendors = {
  readonly url: string;
  /** host:port that takes mail. */
  readonly smtp: string;
  /** What arrived by HTTP, oldest first. */
  readonly received: Received[];
  readonly mails: string[];
  close(): Promise<void>;
};

/** PagerDuty, Slack, a service that waits for the watchdog, and a mail server, on loopback. They answer as the real ones do. */
export async function startVendors(): Promise<Vendors> {
  const received: Received[] = [];
  const mails: string[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      const path = request.url ?? "";
      received.push({ path, body, at: Date.now() });
      const { dedup_key } = body as { dedup_key?: string };
      if (path !== "/v2/enqueue") return response.end("ok");
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ status: "success", message: "Event processed", dedup_key }));
    });
  });
  const tcp = createTcpServer((socket) => mailSession(socket, mails));
  const [httpPort, smtpPort] = [await listen(http), await listen(tcp)];
  return {
    url: `http://127.0.0.1:${httpPort}`,
    smtp: `127.0.0.1:${smtpPort}`,
    received,
    mails,
    close: async () => {
      http.closeAllConnections();
      await Promise.all([http, tcp].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port)),
  );
}

/** As much of SMTP as a sender needs: https://www.rfc-editor.org/rfc/rfc5321 */
function mailSession(socket: Socket, mails: string[]): void {
  let data: string[] | undefined;
  let rest = "";
  const say = (line: string) => socket.write(`${line}\r\n`);
  const take = (line: string) => {
    if (data) {
      if (line !== ".") return void data.push(line);
      mails.push(data.join("\n"));
      data = undefined;
      return void say("250 kept");
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") return void socket.write("250-fake\r\n250 AUTH PLAIN\r\n");
    if (verb === "AUTH") return void say("235 welcome");
    if (verb === "DATA") {
      data = [];
      return void say("354 go on");
    }
    if (verb === "QUIT") return void socket.end("221 bye\r\n");
    say("250 ok");
  };
  socket.on("error", () => undefined);
  socket.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + String(chunk)).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  say("220 fake");
}
