import { once } from "node:events";
import { createServer as createNetServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { Duplex } from "node:stream";
import { createSecureContext, createServer, TLSSocket } from "node:tls";

// A TLS server in a process of its own, behind a path of some delay in each direction. It prints its
// port, and ends with its standard input. Usage: tls-server.ts DELAY_MS, with its PEM as JSON in a line.

const delayMs = Number(process.argv[2]);

/** What is on its way; in the order of arrival, since all of it takes the same time. */
const onTheWay: { readonly atMs: number; readonly arrive: () => void }[] = [];
let isLooking = false;

/** Timers are to the millisecond; the server looks all the time while something is on its way. */
function after(arrive: () => void): void {
  onTheWay.push({ atMs: performance.now() + delayMs, arrive });
  if (isLooking) return;
  isLooking = true;
  setImmediate(look);
}

function look(): void {
  const nowMs = performance.now();
  for (let next = onTheWay[0]; next !== undefined && next.atMs <= nowMs; next = onTheWay[0]) {
    onTheWay.shift();
    next.arrive();
  }
  isLooking = onTheWay.length > 0;
  if (isLooking) setImmediate(look);
}

/** The far end of a socket. */
function delayed(socket: Socket): Duplex {
  const far = new Duplex({
    read: () => undefined,
    write: (bytes, _, done) => {
      after(() => socket.write(bytes));
      done();
    },
    final: (done) => {
      after(() => socket.end());
      done();
    },
  });
  socket.on("data", (bytes) => after(() => far.push(bytes)));
  socket.on("end", () => after(() => far.push(null)));
  socket.on("error", () => far.destroy());
  return far;
}

const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit());
const [line] = await once(lines, "line");
const pem: string = JSON.parse(line);
const options = { key: pem, cert: pem };
const secureContext = createSecureContext(options);
const server =
  delayMs === 0
    ? createServer(options, (socket) => socket.on("error", () => socket.destroy()).resume())
    : createNetServer((socket) => {
        const secure = new TLSSocket(delayed(socket), { isServer: true, secureContext });
        secure.on("error", () => secure.destroy()).resume();
      });
server.listen({ host: "127.0.0.1", port: 0, backlog: 2_048 }, () => {
  process.stdout.write(`${JSON.stringify(server.address())}\n`);
});
