import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { createSecureContext, TLSSocket } from "node:tls";
import type { DialogueStep, TlsSettings } from "../../../../shared/task/task.ts";
import { certify } from "../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../fakes/check-once.ts";
import { shows, startRawServer } from "../../../fakes/tls-server.ts";

const root = certify({ commonName: "Root", isCa: true });
const good = shows(certify({ issuer: root }), root);
const expired = shows(certify({ issuer: root, untilMs: Date.now() - 1_000 }), root);
const VERIFIED: TlsSettings = { mode: "verified", verify: "subject_alt_name", ca: root.pem };

const UNTIL_TLS: readonly DialogueStep[] = [
  { kind: "expect", pattern: "^220 (?P<server>\\S+)\\r\\n" },
  { kind: "send", text: "STARTTLS\r\n" },
  { kind: "expect", pattern: "^220 go" },
  { kind: "starttls" },
];
const STEPS: readonly DialogueStep[] = [
  ...UNTIL_TLS,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the place of a label
  { kind: "send", text: "EHLO ${server}\r\n" },
  { kind: "expect", pattern: "^250 (?P<said>[^\\r]+)\\r\\n" },
];

interface Mail {
  readonly port: number;
  /** What it heard in TLS. */
  readonly heard: string[];
}

/** A server that begins TLS when it is asked for it, and says `answer` to that, in one packet. */
async function startMail(
  t: TestContext,
  { identity = good, answer = "220 go ahead\r\n" } = {},
): Promise<Mail> {
  const heard: string[] = [];
  const secureContext = createSecureContext(identity);
  const port = await startRawServer(t, (socket: Socket) => {
    socket.write("220 mail\r\n");
    socket.once("data", () => {
      socket.write(answer);
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      secure.on("error", () => secure.destroy());
      secure.on("data", (bytes: Buffer) => {
        heard.push(String(bytes));
        if (String(bytes).startsWith("EHLO")) secure.write(`250 ${secure.getProtocol()}\r\n`);
      });
      secure.on("end", () => secure.end());
    });
  });
  return { port, heard };
}

describe("a dialogue that starts TLS", () => {
  it("goes on in it, with what it heard before", async (t) => {
    const { port, heard } = await startMail(t);
    const probe = new OneProbe();
    const result = await probe.check(deepTask(port, { tls: VERIFIED, dialogue: { steps: STEPS } }));
    assert.equal(result.outcome, "open");
    assert.deepEqual(heard, ["EHLO mail\r\n"]);
    assert.deepEqual(result.detail?.labels, { server: "mail", said: "TLSv1.3" });
    assert.ok(result.detail?.certificate !== undefined);
    assert.ok(
      (result.tlsTimeMs ?? 0) > 0 && (result.dialogueTimeMs ?? 0) > (result.tlsTimeMs ?? 0),
    );
    assert.deepEqual([result.sentMessages, result.receivedMessages], [2, 3]);
    assert.deepEqual([probe.faults, probe.openCount], [[], 0]);
  });

  it("fails in TLS if the certificate has expired, and says no more", async (t) => {
    const { port, heard } = await startMail(t, { identity: expired });
    const task = deepTask(port, { tls: VERIFIED, dialogue: { steps: STEPS } });
    const { outcome, errorCode, detail } = await new OneProbe().check(task);
    assert.deepEqual([outcome, errorCode], ["tls_expired", "CERT_HAS_EXPIRED"]);
    assert.equal(detail?.failedPhase, "tls");
    assert.equal(detail?.certificateFacts?.fault, "CERT_HAS_EXPIRED");
    assert.deepEqual(heard, []);
  });

  it("takes nothing that stands behind the agreement for the server's word", async (t) => {
    const { port, heard } = await startMail(t, { answer: "220 go ahead\r\n250 injected\r\n" });
    const task = deepTask(port, { tls: VERIFIED, dialogue: { steps: STEPS } });
    const { outcome, errorCode, detail } = await new OneProbe().check(task);
    assert.deepEqual([outcome, errorCode], ["unexpected_answer", "BYTES_BEFORE_TLS"]);
    assert.equal(detail?.failedPhase, "tls");
    assert.equal(detail?.answer, "250 injected..");
    assert.deepEqual(heard, []);
  });

  it("takes no bytes that came in the clear after it for bytes of TLS", async (t) => {
    const secureContext = createSecureContext(good);
    const port = await startRawServer(t, (socket) => {
      socket.write("220 mail\r\n");
      socket.once("data", () => {
        socket.write("220 go\r\n");
        setTimeout(() => {
          socket.write("250 injected\r\n");
          const secure = new TLSSocket(socket, { isServer: true, secureContext });
          secure.on("error", () => secure.destroy());
        }, 30);
      });
    });
    const task = deepTask(port, { tls: VERIFIED, dialogue: { steps: STEPS } });
    const { outcome, errorCode, detail } = await new OneProbe().check(task);
    assert.equal(detail?.failedPhase, "tls");
    assert.equal(detail?.labels?.said, undefined);
    assert.deepEqual([outcome, errorCode], ["tls_not_offered", "ERR_SSL_WRONG_VERSION_NUMBER"]);
  });

  it("has the settings of `tls = true` without any", async (t) => {
    const { port } = await startMail(t);
    const { outcome } = await new OneProbe().check(deepTask(port, { dialogue: { steps: STEPS } }));
    assert.equal(outcome, "tls_untrusted");
  });
});
