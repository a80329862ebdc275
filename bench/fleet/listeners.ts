import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

// Targets in a process of their own: ports that are open, and one that never answers. Prints one
// line of JSON and serves until its standard input ends. `npx node bench/fleet/listeners.ts COUNT`

export interface Targets {
  readonly openPorts: readonly number[];
  /** Its queue is full: the kernel drops what knocks. */
  readonly silentPort: number;
}

const HOST = "127.0.0.1";

/** More than a queue of one takes. */
const QUEUE_FILLERS = 4;

async function listen(backlog: number): Promise<number> {
  // Half open, so that it is the probe which ends the connection, as with any server.
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    socket.on("error", () => socket.destroy()).resume();
  });
  server.listen({ port: 0, host: HOST, backlog });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Listens in a thread that then stands still for ever, and fills its queue. */
async function openSilent(): Promise<number> {
  const worker = new Worker(new URL(import.meta.url));
  const [port]: number[] = await once(worker, "message");
  for (let i = 0; i < QUEUE_FILLERS; i++) {
    connect(port ?? 0, HOST).on("error", () => undefined);
  }
  return port ?? 0;
}

async function serve(count: number): Promise<void> {
  const openPorts: number[] = [];
  for (let i = 0; i < count; i++) openPorts.push(await listen(511));
  const targets: Targets = { openPorts, silentPort: await openSilent() };
  process.stdout.write(`${JSON.stringify(targets)}\n`);
  process.stdin.on("end", () => process.exit()).resume();
}

if (isMainThread) {
  await serve(Number(process.argv[2]));
} else {
  parentPort?.postMessage(await listen(1));
  // After the message has gone out; from here on nothing is accepted.
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 100);
}
