import { createServer, type Server, type Socket } from "node:net";

/** A mail as a person reads it. */
export type Mail = {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
};

const mailBytesMax = 1_000_000;

/**
 * Takes mail on loopback and delivers none: as much of SMTP as Alertmanager speaks.
 *
 * @source https://www.rfc-editor.org/rfc/rfc5321
 */
export function createMailbox(onMail: (mail: Mail) => void): Server {
  return createServer((socket) => session(socket, onMail));
}

function session(socket: Socket, onMail: (mail: Mail) => void): void {
  let data: string[] | undefined;
  let rest = "";
  let size = 0;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const take = (line: string): unknown => {
    if (data) {
      if (line !== ".") return data.push(line.startsWith("..") ? line.slice(1) : line);
      const lines = data;
      data = undefined;
      onMail(readMail(lines.join("\r\n")));
      return say("250 kept");
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") return say("250 frontdesk-pager");
    if (verb === "QUIT") return socket.end("221 bye\r\n");
    if (verb !== "DATA") return say("250 ok");
    data = [];
    return say("354 go on");
  };
  socket.setTimeout(30_000, () => socket.destroy());
  socket.on("error", () => undefined);
  socket.setEncoding("utf8").on("data", (chunk) => {
    size += String(chunk).length;
    if (size > mailBytesMax) return socket.destroy();
    const lines = (rest + String(chunk)).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  say("220 frontdesk-pager");
}

/** Headers and the plain text of a mail with several forms of its body. */
export function readMail(raw: string): Mail {
  const [head, body] = apart(raw);
  const headers = headersOf(head);
  const boundary = /boundary="?([^";]+)/.exec(headers.get("content-type") ?? "")?.[1];
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).map((part) => part.trimStart());
  const plain = parts.find((part) =>
    /text\/plain/i.test(headersOf(apart(part)[0]).get("content-type") ?? ""),
  );
  const [partHead, text] = apart(plain ?? raw);
  const isQuoted = /quoted-printable/i.test(headersOf(partHead).get("content-transfer-encoding") ?? "");
  return {
    from: headers.get("from") ?? "",
    to: headers.get("to") ?? "",
    subject: words(headers.get("subject") ?? ""),
    text: (isQuoted ? unquoted(text) : text).trim(),
  };
}

function apart(text: string): [head: string, body: string] {
  const at = text.indexOf("\r\n\r\n");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 4)];
}

function headersOf(head: string): Map<string, string> {
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  return new Map(
    lines.flatMap((line) => {
      const [, name = "", value = ""] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
      return name ? [[name.toLowerCase(), value] as const] : [];
    }),
  );
}

/** @source https://www.rfc-editor.org/rfc/rfc2045#section-6.7 */
function unquoted(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, "")
    .replace(/%/g, "%25")
    .replace(/=([0-9A-F]{2})/g, "%$1");
  try {
    return decodeURIComponent(bytes);
  } catch {
    return text;
  }
}

/** @source https://www.rfc-editor.org/rfc/rfc2047 */
const words = (value: string): string =>
  value.replace(/=\?utf-8\?q\?(.*?)\?=\s*/gi, (_all, text: string) => unquoted(text.replace(/_/g, " ")));
