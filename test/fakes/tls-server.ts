import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from "node:tls";
import type { Certified } from "./certificates.ts";

/** Who a server says that it is: its certificate, and those that it sends along. */
export function shows(own: Certified, ...above: readonly Certified[]): TlsOptions {
  return { key: own.keyPem, cert: [own, ...above].map(({ pem }) => pem).join("") };
}

/** Where a server listens; a free port of 127.0.0.1 unless told otherwise. */
interface Place {
  readonly host?: string;
  readonly port?: number;
}

/** A real server on loopback, for as long as a test needs it; it reads to the end unless told otherwise. */
export async function startTlsServer(
  t: TestContext,
  options: TlsOptions,
  serve: (socket: TLSSocket) => void = (socket) => void socket.resume(),
  at: Place = {},
): Promise<number> {
  const server = createTlsServer(options, (socket) => {
    socket.on("error", () => socket.destroy());
    serve(socket);
  });
  // A client that goes away is no fault of the test.
  server.on("tlsClientError", () => undefined);
  return listen(t, server, at);
}

/** A server that does this with each of its sockets, without TLS. */
export async function startRawServer(
  t: TestContext,
  serve: (socket: Socket) => void,
): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    serve(socket);
  });
  return listen(t, server);
}

/** Writes the same again and again as fast as it is read. */
export function flood(socket: Socket, bytes: Uint8Array): void {
  const many = Buffer.concat(Array.from({ length: Math.ceil(64_000 / bytes.length) }, () => bytes));
  const more = () => {
    if (socket.writable) socket.write(many, more);
  };
  more();
}

async function listen(
  t: TestContext,
  server: Server,
  { host = "127.0.0.1", port = 0 }: Place = {},
): Promise<number> {
  const open = new Set<Socket>();
  server.on("connection", (socket) => open.add(socket));
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  server.listen(port, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
