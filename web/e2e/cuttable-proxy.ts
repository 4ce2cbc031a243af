/** A TCP relay to the façade whose connections a test can cut: a bad network, not a pretended one. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface CuttableProxy {
  readonly url: string;
  /** Cuts every open connection and refuses new ones for `ms`. */
  readonly cut: (ms: number) => void;
  readonly close: () => Promise<void>;
}

export async function cuttableProxy(target: URL): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  let deadUntil = 0;
  const server = createServer((browser) => {
    if (Date.now() < deadUntil) return void browser.destroy();
    const facade = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [browser, facade],
      [facade, browser],
    ] as const) {
      open.add(socket);
      socket.on("close", () => (open.delete(socket), other.destroy()));
      socket.on("error", () => other.destroy());
      socket.pipe(other);
    }
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const cut = (ms: number): void => {
    deadUntil = Date.now() + ms;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: () => (cut(0), new Promise((closed) => void server.close(() => closed()))),
  };
}
