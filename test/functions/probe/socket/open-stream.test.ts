import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import {
  type Connection,
  createConnect,
  dialSocket,
  leanestDial,
  type OpenConnection,
} from "../../../../functions/probe/socket/socket.ts";
import { StallWatch, userClock, WATCHES } from "../../../../functions/probe/timing/timing.ts";

const TIMEOUT_MS = 10_000;

const DIALS = [
  ["Node's own binding", leanestDial()],
  ["public sockets", dialSocket],
] as const;

/** A server that does this with each of its sockets. */
async function startServer(t: TestContext, serve: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => serve(socket.on("error", () => undefined)));
  t.after(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

for (const [means, dial] of DIALS)
  describe(`openStream of a connection through ${means}`, () => {
    const connect = createConnect({
      clock: userClock,
      stalls: new StallWatch(WATCHES.kernel),
      dial,
    });

    /** An open connection, and the code that ends it, if anything but its user does. */
    async function open(port: number, stop = new AbortController(), timeoutMs = TIMEOUT_MS) {
      const opened = Promise.withResolvers<OpenConnection & Connection>();
      const ended = Promise.withResolvers<string | null>();
      const closed = Promise.withResolvers<boolean>();
      connect({ address: "127.0.0.1", port, timeoutMs }, stop.signal, {
        connected: opened.resolve,
        closed: closed.resolve,
        connectEnded: ended.resolve,
      });
      const connection = await opened.promise;
      return { connection, ended: ended.promise, closed: closed.promise };
    }

    it("reads what the peer says first, and writes to it", async (t) => {
      const port = await startServer(t, (socket) => {
        socket.write("220 ready\r\n");
        socket.on("data", (bytes) => socket.end(`you said ${bytes}`));
      });
      const { connection } = await open(port);
      const stream = connection.openStream();
      assert.equal(connection.openStream(), stream);
      const [banner] = await once(stream, "data");
      assert.equal(String(banner), "220 ready\r\n");
      stream.write("hello");
      const [answer] = await once(stream, "data");
      assert.equal(String(answer), "you said hello");
      await once(stream, "end");
      assert.equal(connection.isOpen, true);
      connection.close();
      assert.equal(connection.isOpen, false);
      assert.equal(stream.destroyed, true);
    });

    it("is destroyed with the connection, by its user or its signal", async (t) => {
      const port = await startServer(t, (socket) => socket.resume());
      const stop = new AbortController();
      const [byUser, bySignal] = [await open(port), await open(port, stop)];
      const streams = [byUser, bySignal].map(({ connection }) => connection.openStream());
      byUser.connection.close();
      assert.equal(await byUser.closed, false);
      stop.abort();
      assert.equal(await bySignal.ended, null);
      assert.deepEqual(
        streams.map(({ destroyed }) => destroyed),
        [true, true],
      );
    });

    it("is not ended by the timeout, of which it says how much is left", async (t) => {
      const port = await startServer(t, (socket) => socket.resume());
      const { connection } = await open(port, undefined, 20);
      const stream = connection.openStream();
      while (connection.leftMs() > -20) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.deepEqual([connection.isOpen, stream.destroyed], [true, false]);
      connection.close();
    });

    it("leaves its error to its user, who closes the connection", async (t) => {
      const port = await startServer(t, (socket) => {
        socket.once("data", () => socket.resetAndDestroy());
      });
      const { connection, closed } = await open(port);
      const stream = connection.openStream();
      stream.write("hello");
      const [fault] = await once(stream, "error");
      assert.equal(fault.code, "ECONNRESET");
      assert.equal(connection.isOpen, true);
      connection.close();
      assert.equal(await closed, false);
    });

    it("closes with a FIN", async (t) => {
      const faults: Error[] = [];
      const closed = Promise.withResolvers<void>();
      const port = await startServer(t, (socket) => {
        socket.on("error", (fault) => faults.push(fault));
        socket.on("close", () => closed.resolve());
        socket.resume();
      });
      const { connection } = await open(port);
      connection.openStream();
      connection.close();
      await closed.promise;
      assert.deepEqual(faults, []);
    });

    it("throws once the connection is closed", async (t) => {
      const { connection } = await open(await startServer(t, (socket) => socket.resume()));
      connection.close();
      assert.throws(() => connection.openStream(), { message: "The connection is closed" });
    });
  });
