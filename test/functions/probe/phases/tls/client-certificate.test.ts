import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TlsOptions } from "node:tls";
import type { Outcome } from "../../../../../shared/result/result.ts";
import type { TlsSettings } from "../../../../../shared/task/task.ts";
import { certify } from "../../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../../fakes/check-once.ts";
import { FakeSecrets } from "../../../../fakes/secrets.ts";
import { shows, startRawServer, startTlsServer } from "../../../../fakes/tls-server.ts";

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

  it("is refused before the certificate of the server is judged", async (t) => {
    const port = await startTlsServer(t, { ...DEMANDS, ...shows(certify()) });
    assert.equal((await check(port, {})).result.outcome, "tls_client_certificate");
  });

  it("is not waited for if the server asks for none", async (t) => {
    // It never says anything after the handshake, not even a ticket.
    const port = await startTlsServer(t, { ...server, ...noTickets() });
    const startedAtMs = performance.now();
    for (let i = 0; i < 5; i++) assert.equal((await check(port, {})).result.outcome, "open");
    assert.ok(performance.now() - startedAtMs < 5 * 50);
  });

  it("is waited for about a round trip if the server asks and then says nothing", async (t) => {
    const port = await startTlsServer(t, { ...ASKS, ...noTickets() });
    const startedAtMs = performance.now();
    assert.equal((await check(port, {})).result.outcome, "open");
    const waitedMs = performance.now() - startedAtMs;
    assert.ok(waitedMs >= 50 && waitedMs < 1_000, `${waitedMs}`);
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

/** The server sends no ticket: Node has no option for that but OpenSSL's own. */
function noTickets(): TlsOptions {
  const SSL_OP_NO_TICKET = 0x4000;
  return { secureOptions: SSL_OP_NO_TICKET, sessionTimeout: 1 };
}
