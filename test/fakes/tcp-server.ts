import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A listener on loopback, for as long as a test needs it. */
export interface TcpServer {
  readonly port: number;
  /** Errors that its connections met, e.g. a reset. */
  readonly faults: readonly Error[];
  close(): Promise<void>;
}

/** Accepts, reads to the end, and closes. */
export async function startTcpServer(host = "127.0.0.1"): Promise<TcpServer> {
  const faults: Error[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", (fault) => faults.push(fault));
    socket.on("close", () => open.delete(socket));
    socket.resume();
  });
  server.listen({ host, port: 0, backlog: 2_048 });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    faults,
    close: async () => {
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
  };
}

/** A port of loopback that nobody listens on. */
export async function refusedPort(host = "127.0.0.1"): Promise<number> {
  const server = await startTcpServer(host);
  await server.close();
  return server.port;
}

const LISTENER = `
  const server = require("node:net").createServer();
  server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => console.log(server.address().port));
`;

/**
 * A port that answers no SYN: its process listens but is stopped, and others wait already for all
 * the places that it has.
 */
export async function startSilentPort(): Promise<TcpServer> {
  const child = spawn(process.execPath, ["-e", LISTENER], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const port = Number(line);
  child.kill("SIGSTOP");
  const waiting = Array.from({ length: 8 }, () => connect({ host: "127.0.0.1", port }));
  for (const socket of waiting) socket.on("error", () => socket.destroy());
  // Connects to a listener with room complete at once; the rest shows that there is no room.
  await Promise.any(waiting.map((socket) => once(socket, "connect")));
  return { port, faults: [], close: () => endSilence(child, waiting) };
}

async function endSilence(child: ChildProcess, waiting: readonly Socket[]): Promise<void> {
  for (const socket of waiting) socket.destroy();
  child.kill("SIGKILL");
  await once(child, "exit");
}
