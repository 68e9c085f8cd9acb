import { isIP } from "node:net";
import { connect } from "node:tls";

/**
 * Seconds until the certificate of an https target expires, also when it is not trusted or has expired already.
 *
 * @returns undefined for http, and when nobody answers
 */
export function certificateExpiry(target: string, nowMs = Date.now()): Promise<number | undefined> {
  const { protocol, hostname, port } = new URL(target);
  if (protocol !== "https:") return Promise.resolve(undefined);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    // It is only looked at: nothing is sent, and the steps check it in earnest.
    const socket = connect({
      host,
      port: Number(port || 443),
      // An address is no name that a server could choose a certificate by.
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: false,
    });
    const end = (seconds: number | undefined) => {
      socket.destroy();
      resolve(seconds);
    };
    socket.setTimeout(10_000, () => end(undefined));
    socket.once("error", () => end(undefined));
    socket.once("secureConnect", () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to);
      end(Number.isNaN(until) ? undefined : Math.round((until - nowMs) / 1_000));
    });
  });
}
