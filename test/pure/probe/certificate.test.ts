import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { createServer, type Server } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { certificateExpiring } from "../../../alerts/symptoms/CertificateExpiring.ts";
import { certificateExpiry } from "../../../scripts/probe/certificate.ts";
import { selfSigned } from "../../support/certificate.ts";

const day = 86_400;
let server: Server | undefined;
afterEach(() => server?.close());

/** Serves a certificate that ends so many days from now; nobody trusts it. */
async function serving(days: number, address = "127.0.0.1"): Promise<string> {
  const [from, until] = [-400, days].map((away) => new Date(Date.now() + away * day * 1_000)) as [Date, Date];
  server = createServer(selfSigned({ from, until }), (socket) => socket.end());
  await new Promise<void>((done) => server?.listen(0, address, done));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const limit = Number(/< (\d+)$/.exec(certificateExpiring.expr)?.[1]);

it.each([
  [13, true],
  [15, false],
  [-2, true],
])("of a certificate with %i days left it measures them, and the alert fires: %s", async (days, fires) => {
  const measured = (await certificateExpiry(await serving(days))) as number;
  // A certificate knows whole seconds.
  expect(Math.abs(measured - days * day)).toBeLessThan(30);
  expect(measured < limit).toBe(fires);
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);
it.runIf(hasIpv6)("reads it by name and by the address of either family", async () => {
  const target = await serving(13, "::");
  for (const host of ["localhost", "127.0.0.1", "[::1]"])
    expect(await certificateExpiry(target.replace("127.0.0.1", host)), host).toBeGreaterThan(12 * day);
});

it("says nothing of a target without a certificate, and of one that does not answer", async () => {
  expect(await certificateExpiry("http://127.0.0.1:9")).toBeUndefined();
  expect(await certificateExpiry("https://127.0.0.1:9")).toBeUndefined();
});
