import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { type DemoPorts, type DemoStarted, nextDownTime } from "./demo.ts";

const LOOPBACK = "127.0.0.1";

const wanted: DemoPorts = workerData;

function createTarget(): Server {
  return createServer((socket) => void tolerant(socket).end());
}

/** Greets as a mail server does, and hears nothing but a goodbye. */
function createGreeter(): Server {
  return createServer((socket) => {
    tolerant(socket).write("220 demo.example ESMTP ready\r\n");
    socket.on("data", () => socket.end("221 bye\r\n"));
  });
}

/** A probe may reset the connection; that is no error of the demo. */
function tolerant(socket: Socket): Socket {
  return socket.on("error", () => socket.destroy());
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, LOOPBACK);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/** Listens on the wanted port or, if it is taken, on any free one; resolves to the port. */
async function listenNear(server: Server, port: number): Promise<number> {
  try {
    return await listen(server, port);
  } catch {
    return await listen(server, 0);
  }
}

/**
 * Another demo on this machine has the first port open all the time, and some others only
 * sometimes. So if the first port is taken, all targets get free ports.
 */
async function openTargets(): Promise<{ ports: DemoPorts; flapping: Server }> {
  const flapping = createTarget();
  const vacant = createServer();
  const fine = await listenNear(createTarget(), wanted.fine);
  const alone = fine === wanted.fine;
  const ports = {
    fine,
    flapping: await listenNear(flapping, alone ? wanted.flapping : 0),
    refused: await listenNear(vacant, alone ? wanted.refused : 0),
    greeting: await listenNear(createGreeter(), alone ? wanted.greeting : 0),
  };
  await new Promise((resolve) => vacant.close(resolve));
  return { ports, flapping };
}

const { ports, flapping } = await openTargets();
const startedAtMs = Date.now();

function goDown(forMs: number): void {
  flapping.close();
  setTimeout(comeBack, forMs);
}

function comeBack(): void {
  listen(flapping, ports.flapping).then(planNextDown, () => setTimeout(comeBack, 1_000));
}

function planNextDown(): void {
  const { downAtMs, upAtMs } = nextDownTime(startedAtMs, Date.now());
  setTimeout(() => goDown(upAtMs - downAtMs), downAtMs - Date.now());
}

planNextDown();
parentPort?.postMessage({ ports } satisfies DemoStarted);
