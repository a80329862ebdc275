import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { before, describe, it, type TestContext } from "node:test";
import type { Outcome, ProbeResult } from "../../../../../shared/result/result.ts";
import type { TlsSettings } from "../../../../../shared/task/task.ts";
import { type Certified, certify } from "../../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../../fakes/check-once.ts";
import { flood, shows, startRawServer, startTlsServer } from "../../../../fakes/tls-server.ts";

const TIMEOUT_MS = 400;

const root = certify({ commonName: "Root", isCa: true });
const good = shows(certify({ issuer: root }));
const VERIFIED: TlsSettings = { mode: "verified", verify: "subject_alt_name", ca: root.pem };

/** An alert record: fatal, of this number. */
const alert = (number: number) => Buffer.of(0x15, 3, 3, 0, 2, 2, number);
const record = (kind: number, content: Uint8Array) =>
  Buffer.concat([Buffer.of(kind, 3, 3, content.length >> 8, content.length & 0xff), content]);
const HANDSHAKE = 0x16;
const CHANGE_CIPHER = 0x14;
const WARNING = Buffer.of(0x15, 3, 3, 0, 2, 1, 90);

/** One byte every few milliseconds, for ever. */
function drip(socket: Socket, bytes: Uint8Array): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.writable) socket.write(Buffer.of(bytes[at++ % bytes.length] ?? 0));
  }, 5);
  socket.on("close", () => clearInterval(timer));
}

/** What the server does when it has the ClientHello; outcome, code. */
const AFTER_HELLO: readonly [string, (socket: Socket) => void, Outcome, string | null][] = [
  ["closes", (socket) => void socket.end(), "closed_early", "FIN"],
  ["resets", (socket) => void socket.resetAndDestroy(), "closed_early", "RST"],
  ["says nothing", () => undefined, "no_answer", null],
  [
    "answers in plain text",
    (socket) => void socket.write("220 mail ready\r\n"),
    "tls_not_offered",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ],
  [
    "answers in HTTP and closes",
    (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "tls_not_offered",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ],
  [
    "answers zeros without end",
    (socket) => flood(socket, Buffer.alloc(1_000)),
    "tls_not_offered",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ],
  [
    "drips plain text",
    (socket) => drip(socket, Buffer.from("+OK ")),
    "tls_not_offered",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ],
  [
    "begins a record and stops",
    (socket) => void socket.write(Buffer.of(HANDSHAKE, 3, 3, 0x10)),
    "no_answer",
    null,
  ],
  [
    "begins a record and closes",
    (socket) => void socket.end(Buffer.of(HANDSHAKE, 3, 3, 0x10)),
    "closed_early",
    "FIN",
  ],
  [
    "drips a record",
    (socket) => drip(socket, record(HANDSHAKE, Buffer.alloc(10_000, 2))),
    "no_answer",
    null,
  ],
  [
    "sends a record that is too long",
    (socket) => void socket.write(Buffer.of(HANDSHAKE, 3, 3, 0xff, 0xff)),
    "tls_handshake",
    "ERR_SSL_DATA_LENGTH_TOO_LONG",
  ],
  [
    "sends empty records without end",
    (socket) => flood(socket, record(HANDSHAKE, Buffer.alloc(0))),
    "tls_handshake",
    null,
  ],
  [
    "sends changes of cipher without end",
    (socket) => flood(socket, record(CHANGE_CIPHER, Buffer.of(1))),
    "tls_handshake",
    null,
  ],
  ["sends warnings without end", (socket) => flood(socket, WARNING), "tls_handshake", null],
  [
    "sends a ServerHello of megabytes",
    (socket) => {
      socket.write(record(HANDSHAKE, Buffer.of(2, 0xff, 0xff, 0xff)));
      flood(socket, record(HANDSHAKE, Buffer.alloc(16_000)));
    },
    "tls_handshake",
    null,
  ],
  [
    "sends an alert: internal error",
    (socket) => void socket.write(alert(80)),
    "tls_handshake",
    "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR",
  ],
  [
    "sends an alert: no such name",
    (socket) => void socket.write(alert(112)),
    "tls_name_mismatch",
    "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
  ],
  [
    "sends an alert: insufficient security",
    (socket) => void socket.write(alert(71)),
    "tls_cipher",
    "ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY",
  ],
  [
    "sends an alert: unknown CA",
    (socket) => void socket.write(alert(48)),
    "tls_client_certificate",
    "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
  ],
  [
    "sends an alert: bad certificate",
    (socket) => void socket.write(alert(42)),
    "tls_client_certificate",
    "ERR_SSL_SSL_TLS_ALERT_BAD_CERTIFICATE",
  ],
  [
    "sends an alert: close notify",
    (socket) => void socket.write(Buffer.of(0x15, 3, 3, 0, 2, 1, 0)),
    "closed_early",
    "FIN",
  ],
];

async function check(port: number, different: Partial<TlsSettings> = {}, timeoutMs = TIMEOUT_MS) {
  const probe = new OneProbe();
  const startedAtMs = performance.now();
  const result = await probe.check(
    deepTask(port, { tls: { ...VERIFIED, ...different } }, { timeoutMs }),
  );
  assert.deepEqual(probe.faults, []);
  assert.equal(probe.openCount, 0);
  return { result, tookMs: performance.now() - startedAtMs };
}

function assertFailure(result: ProbeResult, outcome: Outcome, code: string | null): void {
  assert.equal(result.outcome, outcome);
  if (code !== null) assert.equal(result.errorCode, code);
  assert.equal(result.detail?.failedPhase, "tls");
  assert.match(result.errorCode ?? "NONE", /^[A-Z][A-Z0-9_]{1,79}$/);
}

/** The longest wait for a peer that does not close, and some time of a busy machine. */
const MOST_MS = TIMEOUT_MS + 1_000 + 1_500;

describe("a hostile server", () => {
  // The phases are loaded with the first check, which takes a busy machine its time.
  before(() => import("#phases"));

  for (const [what, serve, outcome, code] of AFTER_HELLO)
    it(`gives ${outcome} if it ${what}`, async (t) => {
      const port = await startRawServer(
        t,
        (socket) =>
          void socket.once("data", () => {
            socket.resume();
            serve(socket);
          }),
      );
      const { result, tookMs } = await check(port);
      assertFailure(result, outcome, code);
      assert.ok(tookMs < MOST_MS, `${tookMs}`);
    });

  it("gives closed_early if it resets before it is asked", async (t) => {
    const port = await startRawServer(t, (socket) => void socket.resetAndDestroy());
    assert.equal((await check(port)).result.outcome, "closed_early");
  });

  for (const [how, code] of [
    ["FIN", "FIN"],
    ["RST", "RST"],
  ] as const)
    it(`gives closed_early with ${code} if it ends at any point of the handshake by ${how}`, async (t) => {
      const all = await handshakeBytes(t);
      for (const share of [0.001, 0.05, 0.3, 0.6, 0.9, 0.99]) {
        const most = Math.ceil(all * share);
        const port = await startCutServer(t, most, how);
        const { result } = await check(port);
        assertFailure(result, "closed_early", code);
      }
    });

  it("gives tls_handshake if its chain is longer than OpenSSL takes", async (t) => {
    const port = await startTlsServer(t, shows(...longChain(450)));
    const { result } = await check(port, {}, 5_000);
    assertFailure(result, "tls_handshake", "ERR_SSL_EXCESSIVE_MESSAGE_SIZE");
  });

  it("is judged with a chain of a hundred, of which ten are recorded", async (t) => {
    const port = await startTlsServer(t, shows(...longChain(100)));
    const { result } = await check(port, { mode: "permissive" }, 5_000);
    assert.equal(result.outcome, "open");
    assert.equal(result.detail?.certificateFacts?.chain.length, 10);
    assert.ok(JSON.stringify(result.detail).length < 50_000);
  });

  it("gives tls_handshake if a name of its certificate is of megabytes", async (t) => {
    const names = [`${"a".repeat(2_000_000)}.example`];
    const port = await startTlsServer(t, shows(certify({ names })));
    assertFailure(
      (await check(port, {}, 5_000)).result,
      "tls_handshake",
      "ERR_SSL_EXCESSIVE_MESSAGE_SIZE",
    );
  });

  it("is recorded within bounds if it has thousands of long names and a long subject", async (t) => {
    const names = Array.from({ length: 300 }, (_, i) => `${i}.${"n".repeat(240)}.example`);
    const commonName = "é\n".repeat(2_000);
    const port = await startTlsServer(t, shows(certify({ names, commonName })));
    const { result } = await check(port, { mode: "permissive" }, 5_000);
    const [link] = result.detail?.certificateFacts?.chain ?? [];
    assert.equal(link?.nameCount, 300);
    assert.equal(link?.names.length, 20);
    assert.ok(JSON.stringify(result.detail).length < 20_000);
  });
});

/** A certificate, its issuer, the issuer's issuer and so on. */
function longChain(length: number): [Certified, ...Certified[]] {
  const chain: Certified[] = [];
  let issuer = root;
  for (let i = 1; i < length; i++) {
    issuer = certify({ commonName: `CA ${i}`, isCa: true, issuer, keys: root.keys });
    chain.unshift(issuer);
  }
  return [certify({ issuer }), ...chain];
}

/** How many bytes a good server sends in its handshake. */
async function handshakeBytes(t: TestContext): Promise<number> {
  const sizes = Promise.withResolvers<number>();
  const port = await startTlsServer(t, { ...good, maxVersion: "TLSv1.2" }, (socket) => {
    socket.resume();
    sizes.resolve(socket.bytesWritten);
  });
  await check(port);
  return sizes.promise;
}

/** A good server whose connections end after so many of its bytes. */
async function startCutServer(
  t: TestContext,
  mostBytes: number,
  how: "FIN" | "RST",
): Promise<number> {
  const behind = await startTlsServer(t, { ...good, maxVersion: "TLSv1.2" });
  return startRawServer(t, (front) => {
    const back = connect(behind, "127.0.0.1");
    let leftBytes = mostBytes;
    front.pipe(back).on("error", () => undefined);
    back.on("data", (bytes) => {
      const part = bytes.subarray(0, leftBytes);
      leftBytes -= part.length;
      if (leftBytes > 0) return void front.write(part);
      back.destroy();
      front.write(part, () => {
        // What was written is to arrive before the reset.
        if (how === "FIN") front.end();
        else setTimeout(() => front.resetAndDestroy(), 10);
      });
    });
  });
}
