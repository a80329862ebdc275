import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fstatSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { describe, it, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createConnect } from "../../../../functions/probe/socket/connect-target.ts";
import {
  type ConnectListener,
  type ConnectResult,
  connectOnce,
} from "../../../../functions/probe/socket/connection.ts";
import type { DialListener, DialledSocket } from "../../../../functions/probe/socket/dial.ts";
import { dialSocket } from "../../../../functions/probe/socket/dial-socket.ts";
import { leanestDial } from "../../../../functions/probe/socket/leanest-dial.ts";
import {
  type HandshakeClock,
  StallWatch,
  userClock,
  WATCHES,
} from "../../../../functions/probe/timing/timing.ts";
import { refusedPort, startSilentPort, startTcpServer } from "../../../fakes/tcp-server.ts";

const never = new AbortController().signal;

/** Watches nothing: nobody shows it the time. */
const stalls = new StallWatch(WATCHES.kernel);

async function startServer(t: TestContext, host?: string) {
  const server = await startTcpServer(host);
  t.after(() => server.close());
  return server;
}

async function startSilence(t: TestContext) {
  const silent = await startSilentPort();
  t.after(() => silent.close());
  return silent;
}

function requestTo(port: number, timeoutMs = 5_000, address = "127.0.0.1") {
  return { address, port, timeoutMs };
}

// A closed socket is gone some turns of the loop later, and so is the server's end of it.
async function socketsLeft(): Promise<number> {
  for (let turn = 0; turn < 1_000 && openSockets() > 0; turn++) await nextTurn();
  return openSockets();
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
}

function assertOpen(connection: ConnectResult | null): asserts connection is ConnectResult & {
  kind: "open";
} {
  assert.equal(connection?.kind, "open");
}

/** A socket of a dial that is none; its peer closes as soon as it is to be drained. */
function aSocket(listener: DialListener, close: () => void): DialledSocket {
  const openStream = () => assert.fail("it has no stream");
  return { close, openStream, drain: () => listener.drained(false) };
}

const DIALS = [
  ["Node's own binding", leanestDial()],
  ["public sockets", dialSocket],
] as const;

for (const [means, dial] of DIALS)
  describe(`createConnect through ${means}`, () => {
    const connect = createConnect({ clock: userClock, stalls, dial });

    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
      it(`times a completed handshake with ${address}`, async (t) => {
        const { port } = await startServer(t, address === "::1" ? "::1" : undefined);
        const connection = await connectOnce(connect, requestTo(port, 5_000, address), never);
        assertOpen(connection);
        const { connectTimeMs, elapsedMs, timing, synRetransmits } = connection.handshake;
        assert.ok(elapsedMs > 0);
        assert.equal(connectTimeMs, elapsedMs);
        assert.equal(timing, "user");
        assert.equal(synRetransmits, 0);
      });

    for (const address of ["127.0.0.1", "::1"])
      it(`reports a refused connect to ${address}`, async () => {
        const port = await refusedPort(address);
        assert.deepEqual(await connectOnce(connect, requestTo(port, 5_000, address), never), {
          kind: "failed",
          code: "ECONNREFUSED",
          isLocal: false,
        });
      });

    it("gives up after its timeout and never before, even in a process that never sleeps", async (t) => {
      const { port } = await startSilence(t);
      // Node's timers count whole milliseconds: a loop that is awake anyway finds most due early.
      let isSpinning = true;
      const spin = () => void (isSpinning && setImmediate(spin));
      spin();
      t.after(() => {
        isSpinning = false;
      });
      for (let i = 0; i < 30; i++) {
        const begunAt = performance.now();
        const connection = await connectOnce(connect, requestTo(port, 5), never);
        assert.deepEqual(connection, { kind: "failed", code: "ETIMEDOUT", isLocal: false });
        assert.ok(performance.now() - begunAt >= 5);
      }
      assert.ok(!process.getActiveResourcesInfo().includes("TCPConnectWrap"));
    });

    it("finds an answer that came in time, though nobody looked until its timeout", async (t) => {
      const { port } = await startServer(t);
      const connecting = connectOnce(connect, requestTo(port, 20), never);
      await nextTurn();
      const blockedAt = performance.now();
      while (performance.now() - blockedAt < 60);
      assertOpen(await connecting);
    });

    it("doubts a figure of its own that ended while nobody looked", async (t) => {
      const { port } = await startServer(t);
      const watched = new StallWatch(WATCHES.user);
      const connect = createConnect({ clock: userClock, stalls: watched, dial });
      watched.start(performance.now());
      const connecting = connectOnce(connect, requestTo(port), never);
      const blockedAt = performance.now();
      while (performance.now() - blockedAt < 20);
      const connection = await connecting;
      assertOpen(connection);
      assert.equal(connection.handshake.suspect, true);
      assert.equal(watched.count, 1);
    });

    it("is dropped by the signal, before and while it connects", async (t) => {
      const { port } = await startSilence(t);
      assert.equal(await connectOnce(connect, requestTo(port), AbortSignal.abort()), null);
      const stop = new AbortController();
      const connecting = connectOnce(connect, requestTo(port), stop.signal);
      setImmediate(() => stop.abort());
      assert.equal(await connecting, null);
    });

    it("closes with a FIN, which no server takes for a fault", async (t) => {
      const server = await startServer(t);
      for (let i = 0; i < 20; i++)
        assertOpen(await connectOnce(connect, requestTo(server.port), never));
      await server.close();
      assert.deepEqual(server.faults, []);
    });

    it("reports what can't even be tried", async () => {
      const noLiteral = await connectOnce(connect, requestTo(80, 5_000, "no literal"), never);
      assert.equal(noLiteral?.kind, "failed");
      assert.equal(await socketsLeft(), 0);
    });

    it("has no socket left of a thousand at once, and no warning", async (t) => {
      const warnings: Error[] = [];
      const note = (warning: Error) => void warnings.push(warning);
      process.on("warning", note);
      t.after(() => process.off("warning", note));
      const server = await startServer(t);
      const stop = new AbortController();
      const all = await Promise.all(
        Array.from({ length: 1_000 }, () =>
          connectOnce(connect, requestTo(server.port, 30_000), stop.signal),
        ),
      );
      for (const connection of all) {
        assertOpen(connection);
        assert.ok(connection.handshake.elapsedMs >= 0);
      }
      await server.close();
      assert.equal(await socketsLeft(), 0);
      assert.deepEqual(warnings, []);
    });
  });

describe("createConnect", () => {
  it("settles once, whatever its socket says after the end", async () => {
    const told: DialListener[] = [];
    let closes = 0;
    const dial = (_: unknown, listener: DialListener) => {
      told.push(listener);
      listener.begun();
      return aSocket(listener, () => void closes++);
    };
    const connecting = connectOnce(
      createConnect({ clock: userClock, stalls, dial }),
      requestTo(80),
      never,
    );
    for (const listener of told) {
      listener.failed("ECONNREFUSED", false);
      listener.failed("ECANCELED", false);
      listener.opened(-1, false);
    }
    assert.deepEqual(await connecting, { kind: "failed", code: "ECONNREFUSED", isLocal: false });
    assert.equal(closes, 1);
  });

  it("fails, once, where even the call throws", async () => {
    const dial = (_: unknown, listener: DialListener) => {
      listener.begun();
      throw Object.assign(new Error("no such argument"), { code: "ERR_INVALID_ARG_TYPE" });
    };
    const connect = createConnect({ clock: userClock, stalls, dial });
    const stop = new AbortController();
    const told: (string | null)[] = [];
    connect(requestTo(80, 1), stop.signal, {
      connected: () => assert.fail("it never opened"),
      closed: () => assert.fail("it never opened"),
      connectEnded: (code) => void told.push(code),
    });
    stop.abort();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(told, ["ERR_INVALID_ARG_TYPE"]);
  });

  it("leaves nothing behind in its signal when an attempt has ended, however it ended", async () => {
    const stop = new AbortController();
    const dialled: DialListener[] = [];
    let closeCount = 0;
    const dial = (_: unknown, listener: DialListener) => {
      dialled.push(listener);
      listener.begun();
      return aSocket(listener, () => void closeCount++);
    };
    const connect = createConnect({ clock: userClock, stalls, dial });
    const told: string[] = [];
    const begin = (timeoutMs: number) => {
      const listener: ConnectListener = {
        connected: (connection) => connection.close(),
        closed: () => void told.push("open"),
        connectEnded: (code) => void told.push(String(code)),
      };
      connect(requestTo(80, timeoutMs), stop.signal, listener);
      return new WeakRef(listener);
    };
    const held = [begin(5_000), begin(5_000), begin(1)];
    dialled[0]?.opened(-1, false);
    dialled[1]?.failed("ECONNREFUSED", false);
    while (told.length < 3) await nextTurn();
    dialled.length = 0;
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    // A timer that has fired may hold its attempt for some turns more.
    for (let i = 0; i < 100 && held.some((ref) => ref.deref() !== undefined); i++) {
      await nextTurn();
      collect();
    }
    assert.deepEqual(
      held.map((ref) => ref.deref()),
      [undefined, undefined, undefined],
    );
    stop.abort();
    assert.deepEqual(told, ["open", "ECONNREFUSED", "ETIMEDOUT"]);
    assert.equal(closeCount, 3);
  });

  /** Connects with a limit for the handshake alone, and tells how long it took to its end. */
  async function endOf(opensAtOnce: boolean) {
    const dial = (_: unknown, listener: DialListener) => {
      listener.begun();
      if (opensAtOnce) queueMicrotask(() => listener.opened(-1, false));
      return aSocket(listener, () => undefined);
    };
    const connect = createConnect({ clock: userClock, stalls, dial });
    const beganMs = performance.now();
    let leftMs = 0;
    const code = await new Promise((resolve) => {
      const listener: ConnectListener = {
        connected: (connection) => {
          leftMs = connection.leftMs();
        },
        closed: () => assert.fail("nobody closes it"),
        connectEnded: resolve,
      };
      const request = { ...requestTo(80, 150), connectTimeoutMs: 30 };
      connect(request, new AbortController().signal, listener);
    });
    return { code, leftMs, tookMs: performance.now() - beganMs };
  }

  it("ends a handshake that takes longer than handshakes may", async () => {
    const { code, tookMs } = await endOf(false);
    assert.equal(code, "ETIMEDOUT");
    assert.ok(tookMs >= 30 && tookMs < 150, String(tookMs));
  });

  it("leaves an open connection the whole time, whatever its handshake had", async () => {
    const { code, tookMs, leftMs } = await endOf(true);
    assert.equal(code, "ETIMEDOUT");
    assert.ok(tookMs >= 150, String(tookMs));
    assert.ok(leftMs > 30);
  });

  it("hands over a connection once, whatever its socket says after that", async () => {
    const told: string[] = [];
    const dialled: DialListener[] = [];
    const dial = (_: unknown, listener: DialListener) => {
      dialled.push(listener);
      listener.begun();
      return aSocket(listener, () => void told.push("closed"));
    };
    createConnect({ clock: userClock, stalls, dial })(requestTo(80), never, {
      connected: ({ isOpen, signal }) => void told.push(`open ${isOpen} ${signal.aborted}`),
      closed: () => assert.fail("nobody closed it"),
      connectEnded: (code) => void told.push(String(code)),
    });
    for (const listener of dialled) {
      listener.opened(3, false);
      listener.opened(3, false);
      listener.failed("ECONNRESET", false);
      listener.failed("EPIPE", false);
      listener.opened(3, false);
    }
    assert.deepEqual(told, ["open true false", "closed", "ECONNRESET"]);
  });

  it("ends all attempts of its signal, and no other's", async () => {
    const stops = [new AbortController(), new AbortController()];
    const told: string[] = [];
    const dial = (_: unknown, listener: DialListener) => {
      listener.begun();
      return aSocket(listener, () => undefined);
    };
    const connect = createConnect({ clock: userClock, stalls, dial });
    stops.forEach(({ signal }, i) => {
      for (let n = 0; n < 2; n++)
        connect(requestTo(80, 60_000), signal, {
          connected: () => assert.fail("it never opens"),
          closed: () => assert.fail("it never opens"),
          connectEnded: (code) => void told.push(`${i} ${code}`),
        });
    });
    stops[1]?.abort();
    assert.deepEqual(told, ["1 null", "1 null"]);
    stops[0]?.abort();
    assert.deepEqual(told.slice(2), ["0 null", "0 null"]);
  });

  it("reports EMFILE where the process has no descriptor left", async (t) => {
    const { port } = await startServer(t);
    const module = new URL("../../../../functions/probe/socket/socket.ts", import.meta.url);
    const script = `
      const { connectOnce, createConnect, leanestDial } = await import(${JSON.stringify(module.href)});
      const connect = createConnect({ dial: leanestDial(), clock: { read: () => null }, stalls: { see() {}, spoils: () => false } });
      const request = { address: "127.0.0.1", port: ${port}, timeoutMs: 10000 };
      const signal = new AbortController().signal;
      const all = await Promise.all(Array.from({ length: 100 }, () => connectOnce(connect, request, signal)));
      console.log(JSON.stringify(all.map((one) => one.code ?? one.kind)));
    `;
    const command = `ulimit -n 64; exec "$0" --input-type=module -e "$1"`;
    const args = ["-c", command, process.execPath, script];
    const { stdout } = await promisify(execFile)("bash", args);
    const codes: string[] = JSON.parse(stdout);
    assert.equal(codes.length, 100);
    assert.deepEqual([...new Set(codes)].sort(), ["EMFILE", "open"]);
  });
});

describe("createConnect with a clock nearer to the wire", () => {
  const CASES = [
    [{ connectTimeMs: 0.042, synRetransmits: 0 }, "kernel", 0],
    [{ connectTimeMs: null, synRetransmits: 2 }, "user", 2],
    [null, "user", 0],
  ] as const;
  for (const [seen, timing, synRetransmits] of CASES)
    it(`takes its word for ${JSON.stringify(seen)}`, async (t) => {
      const { port } = await startServer(t);
      const asked: boolean[] = [];
      const clock: HandshakeClock = {
        read: (descriptor) => {
          asked.push(fstatSync(descriptor).isSocket());
          return seen;
        },
      };
      const connection = await connectOnce(
        createConnect({ dial: leanestDial(), clock, stalls }),
        requestTo(port),
        never,
      );
      assertOpen(connection);
      const { handshake } = connection;
      assert.deepEqual(asked, [true]);
      assert.equal(handshake.timing, timing);
      assert.equal(handshake.synRetransmits, synRetransmits);
      assert.equal(handshake.connectTimeMs, seen?.connectTimeMs ?? handshake.elapsedMs);
    });
});
