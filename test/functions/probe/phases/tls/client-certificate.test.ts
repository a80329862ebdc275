import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as netConnect } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { describe, it } from "node:test";
import { type ConnectionOptions, connect, type TLSSocket, type TlsOptions } from "node:tls";
import {
  awaitAnswer,
  wasAsked,
} from "../../../../../functions/probe/phases/tls/client-certificate.ts";
import type { Outcome } from "../../../../../shared/result/result.ts";
import type { TlsSettings } from "../../../../../shared/task/task.ts";
import { certify } from "../../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../../fakes/check-once.ts";
import { FakeSecrets } from "../../../../fakes/secrets.ts";
import { shows, startRawServer, startTlsServer } from "../../../../fakes/tls-server.ts";
import { VirtualClock } from "../../../../fakes/virtual-clock.ts";

const root = certify({ commonName: "Root", isCa: true });
const server = shows(certify({ issuer: root }));
const client = certify({ commonName: "client", names: null, issuer: root });
const stranger = certify({ commonName: "stranger", names: null });

const SECRETS = {
  "ssm:cert": client.pem,
  "ssm:key": client.keyPem,
  "ssm:strange-cert": stranger.pem,
  "ssm:strange-key": stranger.keyPem,
};

const OWN = { clientCertificate: "ssm:cert", clientKey: "ssm:key" };
const STRANGE = { clientCertificate: "ssm:strange-cert", clientKey: "ssm:strange-key" };
const VERIFIED: TlsSettings = { mode: "verified", verify: "subject_alt_name", ca: root.pem };

/** The server demands a certificate of the root's. */
const DEMANDS: TlsOptions = { ...server, requestCert: true, ca: root.pem };
const ASKS: TlsOptions = { ...DEMANDS, rejectUnauthorized: false };
const OLD: TlsOptions = { maxVersion: "TLSv1.2" };

const REQUIRED = "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED";

const CASES: readonly [string, TlsOptions, Partial<TlsSettings>, Outcome, string?][] = [
  ["demands one and gets it", DEMANDS, { ...OWN, mode: "strict" }, "open"],
  [
    "demands one and gets it in TLS 1.2",
    { ...DEMANDS, ...OLD },
    { ...OWN, mode: "strict" },
    "open",
  ],
  ["demands one and gets none", DEMANDS, {}, "tls_client_certificate", REQUIRED],
  [
    "demands one and gets none, though its own may be any",
    DEMANDS,
    { mode: "permissive" },
    "tls_client_certificate",
    REQUIRED,
  ],
  [
    "demands one and gets none in TLS 1.2",
    { ...DEMANDS, ...OLD },
    {},
    "tls_client_certificate",
    "ERR_SSL_SSL_TLS_ALERT_HANDSHAKE_FAILURE",
  ],
  ["asks for one and gets none", ASKS, {}, "open"],
  ["asks for none and gets none", server, { ...OWN, mode: "strict" }, "open"],
  // Node's own server says nothing: it closes.
  [
    "closes on one that it does not know",
    DEMANDS,
    { ...STRANGE, mode: "strict" },
    "closed_early",
    "FIN",
  ],
];

async function check(port: number, tls: Partial<TlsSettings>, secrets = new FakeSecrets(SECRETS)) {
  const probe = new OneProbe(secrets);
  const result = await probe.check(deepTask(port, { tls: { ...VERIFIED, ...tls } }));
  assert.deepEqual(probe.faults, []);
  return { result, doubted: secrets.doubted };
}

describe("a client certificate", () => {
  for (const [what, options, different, outcome, code = null] of CASES)
    it(`gives ${outcome} if the server ${what}`, async (t) => {
      const port = await startTlsServer(t, options);
      const { result, doubted } = await check(port, different);
      assert.deepEqual([result.outcome, result.errorCode], [outcome, code]);
      const used = [different.clientCertificate, different.clientKey].filter(Boolean);
      assert.deepEqual(doubted, outcome === "open" ? [] : used);
    });

  for (const requestCert of [true, false])
    it(`is followed by a dialogue, asked for: ${requestCert}`, async (t) => {
      const echo = (socket: TLSSocket) => socket.on("data", (bytes) => socket.write(bytes));
      const port = await startTlsServer(t, { ...ASKS, requestCert }, (socket) => void echo(socket));
      const steps = [
        { kind: "send", text: "hello" },
        { kind: "expect", pattern: "^hello$" },
      ] as const;
      const tls: TlsSettings = { ...VERIFIED, ...OWN, mode: "strict" };
      for (let i = 0; i < 5; i++) {
        const probe = new OneProbe(new FakeSecrets(SECRETS));
        const { outcome } = await probe.check(deepTask(port, { tls, dialogue: { steps } }));
        assert.equal(outcome, "open");
      }
    });

  it("is refused before the certificate of the server is judged", async (t) => {
    const port = await startTlsServer(t, { ...DEMANDS, ...shows(certify()) });
    assert.equal((await check(port, {})).result.outcome, "tls_client_certificate");
  });

  it("is secret_unavailable with its source's code if it can't be read", async (t) => {
    const port = await startRawServer(t, (socket) => void socket.resume());
    const { result, doubted } = await check(port, OWN, new FakeSecrets());
    assert.equal(result.outcome, "secret_unavailable");
    assert.equal(result.errorCode, "ResourceNotFoundException");
    assert.deepEqual(doubted, ["ssm:cert", "ssm:key"]);
  });

  const broken: readonly [string, Readonly<Record<string, string>>, string][] = [
    ["is no PEM", { ...SECRETS, "ssm:key": "MARKER" }, "ERR_OSSL_UNSUPPORTED"],
    [
      "is another one's",
      { ...SECRETS, "ssm:key": stranger.keyPem },
      "ERR_OSSL_X509_KEY_VALUES_MISMATCH",
    ],
  ];
  for (const [what, texts, code] of broken)
    it(`is secret_unavailable with OpenSSL's code if its key ${what}`, async (t) => {
      const port = await startTlsServer(t, DEMANDS);
      const { result } = await check(port, OWN, new FakeSecrets(texts));
      assert.deepEqual([result.outcome, result.errorCode], ["secret_unavailable", code]);
    });

  it("is used in its new form as soon as its secret is read anew", async (t) => {
    const port = await startTlsServer(t, DEMANDS);
    const secrets = new FakeSecrets({
      ...SECRETS,
      "ssm:cert": stranger.pem,
      "ssm:key": stranger.keyPem,
    });
    const probe = new OneProbe(secrets);
    const task = deepTask(port, { tls: { ...VERIFIED, ...OWN, mode: "strict" } });
    assert.equal((await probe.check(task)).outcome, "closed_early");
    for (const [reference, text] of Object.entries(SECRETS)) secrets.texts.set(reference, text);
    assert.equal((await probe.check(task)).outcome, "open");
  });

  it("never appears in what is told of a check", async (t) => {
    const marked = certify({ commonName: "MARKER", names: null, issuer: root });
    const key = `${marked.keyPem}MARKER`;
    const port = await startTlsServer(t, ASKS, (socket) => socket.end(`you are ${key}`));
    const secrets = new FakeSecrets({ "ssm:cert": marked.pem, "ssm:key": key });
    const { result } = await check(port, { ...OWN, mode: "strict" }, secrets);
    assert.equal(result.outcome, "open");
    const wrong = new FakeSecrets({ "ssm:cert": "MARKER", "ssm:key": "MARKER" });
    const failed = await check(port, OWN, wrong);
    assert.equal(failed.result.outcome, "secret_unavailable");
    assert.equal(JSON.stringify([result, failed]).includes("MARKER"), false);
  });
});

const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
];

describe("wasAsked", () => {
  for (const cipher of CIPHERS)
    for (const ecdhCurve of ["X25519", "P-384"])
      for (const requestCert of [false, true])
        for (const own of [{}, { cert: client.pem, key: client.keyPem }])
          it(`is ${requestCert} with ${cipher}, ${ecdhCurve} and ${"key" in own ? "a" : "no"} certificate`, async (t) => {
            const ciphers = { ciphers: cipher, ecdhCurve };
            const port = await startTlsServer(t, { ...ASKS, requestCert, ...ciphers });
            const raw = netConnect(port, "127.0.0.1");
            await once(raw, "connect");
            const options: ConnectionOptions = {
              socket: raw,
              rejectUnauthorized: false,
              ecdhCurve: "X25519:P-384",
              ...own,
            };
            const socket = connect(options);
            const sentBytes = new Promise<number>((resolve) => {
              socket.once("secureConnect", () => resolve(raw.bytesWritten));
            });
            assert.equal(await wasAsked(socket, raw, await sentBytes), requestCert);
            socket.destroy();
          });
});

describe("awaitAnswer", () => {
  const signal = new AbortController().signal;

  /** How long it waits on a connection whose server does this. */
  async function waitedMs(serve: (server: Duplex) => void, handshakeMs: number, leftMs = 10_000) {
    const clock = new VirtualClock(0);
    const [client, server] = duplexPair();
    const socket = client.on("error", () => undefined) as TLSSocket;
    const fromMs = clock.monotonic();
    const times = { handshakeMs, endMs: fromMs + leftMs };
    const waited = awaitAnswer(socket, { clock, signal }, times);
    serve(server);
    await clock.run(waited);
    assert.equal(socket.isPaused(), true);
    return clock.monotonic() - fromMs;
  }

  it("waits for twice the handshake's time, at least 50 ms, at most until the end", async () => {
    const silent = () => undefined;
    assert.equal(await waitedMs(silent, 100), 200);
    assert.equal(await waitedMs(silent, 5), 50);
    assert.equal(await waitedMs(silent, 100, 70), 70);
  });

  it("waits no longer if data or an end comes", async () => {
    const waits = [
      await waitedMs((server) => void server.write("hello"), 100),
      await waitedMs((server) => void server.end(), 100),
    ];
    assert.deepEqual(waits, [0, 0]);
  });
});
