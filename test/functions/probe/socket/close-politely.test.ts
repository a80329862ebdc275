import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { connectOnce } from "../../../../functions/probe/socket/connection.ts";
import {
  createConnect,
  dialSocket,
  leanestDial,
} from "../../../../functions/probe/socket/socket.ts";
import {
  loadKernelClock,
  StallWatch,
  userClock,
  WATCHES,
} from "../../../../functions/probe/timing/timing.ts";

const never = new AbortController().signal;

const DIALS = [
  ["Node's own binding", leanestDial()],
  ["public sockets", dialSocket],
] as const;

/** A server that does so with each connection; it keeps the errors that its connections meet. */
async function startServer(
  t: TestContext,
  greet: (socket: Socket) => void,
  allowHalfOpen = false,
): Promise<{
  readonly port: number;
  readonly faults: string[];
  readonly ended: Promise<unknown>[];
}> {
  const faults: string[] = [];
  const ended: Promise<unknown>[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen }, (socket) => {
    sockets.push(socket);
    socket.on("error", (fault) => faults.push(fault.message));
    ended.push(new Promise((resolve) => socket.on("close", resolve)));
    greet(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, faults, ended };
}

/** How a server behaves, and whether a check must tell that it was reset. */
const SERVERS: readonly [string, (socket: Socket) => void, boolean, boolean][] = [
  ["greets at once", (socket) => void socket.write("220 hello\r\n"), false, false],
  [
    "greets at once, and a second time",
    (socket) => {
      socket.write("220-hello\r\n");
      setImmediate(() => socket.write("220 hello\r\n"));
    },
    false,
    false,
  ],
  [
    "greets after 5 ms",
    (socket) => void setTimeout(() => socket.writable && socket.write("220 hello\r\n"), 5),
    false,
    false,
  ],
  [
    "greets after 50 ms, and closes after that",
    (socket) => void setTimeout(() => socket.end("220 hello\r\n"), 50),
    true,
    false,
  ],
  ["says nothing", (socket) => void socket.resume(), false, false],
  ["says goodbye first", (socket) => void socket.end("421 busy\r\n"), false, false],
  ["resets at once", (socket) => void socket.resetAndDestroy(), false, true],
  [
    "resets when it sees the FIN",
    (socket) => void socket.once("end", () => socket.resetAndDestroy()).resume(),
    true,
    true,
  ],
];

for (const [means, dial] of DIALS)
  describe(`a connection through ${means}`, () => {
    const connect = createConnect({
      clock: userClock,
      stalls: new StallWatch(WATCHES.kernel),
      dial,
    });
    const connectTo = (port: number) =>
      connectOnce(connect, { address: "127.0.0.1", port, timeoutMs: 5_000 }, never);

    for (const [what, greet, allowHalfOpen, wasReset] of SERVERS)
      it(`is closed without harm to a server that ${what}`, async (t) => {
        const { port, faults, ended } = await startServer(t, greet, allowHalfOpen);
        for (let i = 0; i < 20; i++) {
          const result = await connectTo(port);
          assert.ok(result?.kind === "open");
          assert.equal(result.wasReset, wasReset);
        }
        await Promise.all(ended);
        assert.deepEqual(faults, []);
      });

    it("is closed after a while if the peer never closes", async (t) => {
      const { port } = await startServer(t, (socket) => void socket.resume(), true);
      const result = await connectTo(port);
      assert.ok(result?.kind === "open");
      assert.equal(result.wasReset, false);
    });

    it("is closed if the peer sends for ever", async (t) => {
      const bytes = Buffer.alloc(64 * 1_024);
      const { port } = await startServer(
        t,
        (socket) => {
          const flood = (fault?: Error | null) => fault ?? socket.write(bytes, flood);
          flood();
        },
        true,
      );
      const result = await connectTo(port);
      assert.equal(result?.kind, "open");
    });

    it("keeps its result if the signal ends it while the peer has still to close", async (t) => {
      const { port } = await startServer(t, (socket) => void socket.resume(), true);
      const stop = new AbortController();
      const request = { address: "127.0.0.1", port, timeoutMs: 5_000 };
      const told: string[] = [];
      connect(request, stop.signal, {
        connected: (connection) => {
          connection.close();
          assert.equal(connection.isOpen, false);
          assert.equal(connection.signal.aborted, true);
          setImmediate(() => stop.abort());
        },
        closed: (wasReset) => void told.push(`closed ${wasReset}`),
        connectEnded: (code) => void told.push(String(code)),
      });
      await once(stop.signal, "abort");
      assert.deepEqual(told, ["closed false"]);
    });
  });

const GREETING_SERVER = `
  require("node:net").createServer((socket) => socket.write("220 hello\\r\\n"))
    .listen({ host: "127.0.0.1", port: 0, backlog: 2048 }, function () { console.log(this.address().port); });
`;

async function startGreetingProcess(t: TestContext): Promise<[ChildProcess, number]> {
  const child = spawn(process.execPath, ["-e", GREETING_SERVER], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return [child, Number(line)];
}

describe("createConnect", () => {
  it("does not end a greeting server without an error listener in ten thousand checks", async (t) => {
    const [server, port] = await startGreetingProcess(t);
    const connect = createConnect({
      clock: loadKernelClock() ?? userClock,
      stalls: new StallWatch(WATCHES.kernel),
      dial: leanestDial(),
    });
    const counts = { open: 0, reset: 0 };
    const work = async () => {
      for (let i = 0; i < 500; i++) {
        const result = await connectOnce(
          connect,
          { address: "127.0.0.1", port, timeoutMs: 30_000 },
          never,
        );
        assert.ok(result?.kind === "open", `check ${counts.open}: ${JSON.stringify(result)}`);
        counts.open++;
        if (result.wasReset) counts.reset++;
      }
    };
    await Promise.all(Array.from({ length: 20 }, work));
    assert.deepEqual(counts, { open: 10_000, reset: 0 });
    assert.equal(server.exitCode, null);
    assert.equal(server.signalCode, null);
  });
});
