import { connect, createServer, type Socket } from "node:net";

/** An address in front of another that can be closed and opened: closed, it refuses connections as a dead process does. */
export type Gate = {
  readonly url: string;
  open(): Promise<void>;
  close(): Promise<void>;
};

/** Opens a gate on a port of this machine to another one. */
export async function openGate(port: number, target: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  const server = createServer((caller) => {
    const inner = connect(target, "127.0.0.1");
    for (const [one, other] of [
      [caller, inner],
      [inner, caller],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const gate: Gate = {
    url: `http://127.0.0.1:${port}`,
    open: () =>
      new Promise((done, failed) => {
        server.once("error", failed);
        server.listen(port, "127.0.0.1", done);
      }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
  await gate.open();
  return gate;
}
