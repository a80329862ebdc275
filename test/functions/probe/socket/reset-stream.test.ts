import assert from "node:assert/strict";
import { it } from "node:test";
import { connect as connectTls } from "node:tls";
import {
  type Connection,
  createConnect,
  type Dial,
  type OpenConnection,
} from "../../../../functions/probe/socket/socket.ts";
import { StallWatch, userClock, WATCHES } from "../../../../functions/probe/timing/timing.ts";

/** A connection whose reset came with the end of its handshake, and what is told of its end. */
async function openReset() {
  let closeCount = 0;
  const dial: Dial = (_, listener) => {
    listener.begun();
    queueMicrotask(() => listener.opened(-1, true));
    return {
      close: () => void closeCount++,
      drain: () => assert.fail("its peer is gone"),
      openStream: () => assert.fail("the system has told its reset already"),
    };
  };
  const connect = createConnect({ clock: userClock, stalls: new StallWatch(WATCHES.kernel), dial });
  const opened = Promise.withResolvers<OpenConnection & Connection>();
  const closed = Promise.withResolvers<boolean>();
  connect({ address: "127.0.0.1", port: 80, timeoutMs: 5_000 }, new AbortController().signal, {
    connected: opened.resolve,
    closed: closed.resolve,
    connectEnded: () => assert.fail("its user ends it"),
  });
  return { connection: await opened.promise, closed: closed.promise, closeCount: () => closeCount };
}

/** Node makes an error of the same code of a FIN; the number tells the system's own. */
const isReset = (error: NodeJS.ErrnoException) =>
  error.code === "ECONNRESET" && error.errno !== undefined;

it("openStream of a connection that is reset already ends with the reset, and closes the socket", async () => {
  const { connection, closed, closeCount } = await openReset();
  const stream = connection.openStream();
  assert.equal(connection.openStream(), stream);
  assert.ok(isReset(await new Promise((resolve) => stream.once("error", resolve))));
  connection.close();
  assert.equal(await closed, true);
  assert.equal(closeCount(), 1);
});

it("openStream of a connection that is reset already ends TLS over it with the reset", async () => {
  const { connection } = await openReset();
  const secure = connectTls({ socket: connection.openStream(), rejectUnauthorized: false });
  assert.ok(isReset(await new Promise((resolve) => secure.once("error", resolve))));
  connection.close();
});
