import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { createSecureContext, TLSSocket } from "node:tls";
import type { TlsSettings } from "../../../../shared/task/task.ts";
import { certify } from "../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../fakes/check-once.ts";
import { FakeSecrets } from "../../../fakes/secrets.ts";
import { shows, startRawServer, startTlsServer } from "../../../fakes/tls-server.ts";

const root = certify({ commonName: "Root", isCa: true });
const good = shows(certify({ issuer: root }), root);
const VERIFIED: TlsSettings = { mode: "verified", verify: "subject_alt_name", ca: root.pem };

describe("a greeting over TLS", () => {
  const GREETED = [
    ["smtp", "220 mail ready\r\n", "QUIT\r\n"],
    ["imap", "* OK ready\r\n", "a LOGOUT\r\n"],
    ["pop3", "+OK ready\r\n", "QUIT\r\n"],
  ] as const;
  for (const [greeting, says, goodbye] of GREETED) {
    it(`of ${greeting} is heard, and its goodbye said, within TLS`, async (t) => {
      const heard: string[] = [];
      const ended = Promise.withResolvers<void>();
      const port = await startTlsServer(t, good, (socket) => {
        socket.write(says);
        socket.on("data", (bytes) => heard.push(String(bytes)));
        socket.on("end", () => ended.resolve());
      });
      const result = await new OneProbe().check(deepTask(port, { tls: VERIFIED, greeting }));
      await ended.promise;
      assert.equal(result.outcome, "open");
      assert.deepEqual(heard, [goodbye]);
      assert.equal(result.receivedMessages, 1);
      assert.ok(result.detail?.certificate !== undefined);
    });
  }
});

interface Script {
  readonly greeting: string;
  readonly answers: Readonly<Record<string, string>>;
}

/** What servers say before TLS, and what they agree with to what. */
const SERVERS = {
  smtp: {
    greeting: "220 mail ready\r\n",
    answers: { EHLO: "250-mail\r\n250 STARTTLS\r\n", STARTTLS: "220 go\r\n" },
  },
  imap: {
    greeting: "* OK ready\r\n",
    answers: { a1: "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", a2: "a2 OK go\r\n" },
  },
  pop3: { greeting: "+OK ready\r\n", answers: { STLS: "+OK go\r\n" } },
  ftp: { greeting: "220 ready\r\n", answers: { AUTH: "234 go\r\n" } },
} as const satisfies Record<string, Script>;

/** As RFC 3207 and its kin want it, it says nothing by itself once TLS is there. */
async function startAsking(t: TestContext, protocol: keyof typeof SERVERS, heard: string[]) {
  const { greeting, answers }: Script = SERVERS[protocol];
  const secureContext = createSecureContext(good);
  return startRawServer(t, (socket: Socket) => {
    socket.write(greeting);
    const onData = (bytes: Buffer) => {
      const word = String(bytes).split(/[ \r]/)[0] ?? "";
      const [last] = Object.keys(answers).slice(-1);
      if (word === last) {
        socket.removeListener("data", onData);
        socket.write(answers[word] ?? "");
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        secure.on("error", () => secure.destroy());
        secure.on("data", (more: Buffer) => heard.push(String(more)));
        secure.on("end", () => secure.end());
      } else socket.write(answers[word] ?? "500\r\n");
    };
    socket.on("data", onData);
  });
}

describe("a greeting of the protocol that asked for TLS", () => {
  for (const protocol of ["smtp", "imap", "pop3", "ftp"] as const) {
    it(`of ${protocol} was said before TLS, and is not waited for again`, async (t) => {
      const heard: string[] = [];
      const { answers } = SERVERS[protocol];
      const port = await startAsking(t, protocol, heard);
      const tls: TlsSettings = { ...VERIFIED, starttls: protocol };
      const task = deepTask(port, { tls, greeting: protocol }, { timeoutMs: 1_000 });
      const result = await new OneProbe().check(task);
      assert.equal(result.outcome, "open", JSON.stringify(result.detail));
      assert.equal(result.detail?.labels?.server, protocol === "smtp" ? "mail" : undefined);
      assert.deepEqual(heard, [protocol === "imap" ? "a LOGOUT\r\n" : "QUIT\r\n"]);
      assert.equal(result.receivedMessages, 1 + Object.keys(answers).length);
    });
  }
});

describe("what is said in TLS", () => {
  it("leaves at once, also right behind the word on the client's certificate", async (t) => {
    const own = certify({ commonName: "probe", issuer: root });
    const secrets = new FakeSecrets({ "file:cert": own.pem, "file:key": own.keyPem });
    const wants = { ...good, requestCert: true, ca: root.pem };
    const port = await startTlsServer(t, wants, (socket) => {
      socket.on("data", (bytes) => socket.write(`+PONG to ${String(bytes)}`));
      socket.on("end", () => socket.end());
    });
    const client = { clientCertificate: "file:cert", clientKey: "file:key" } as const;
    const tls: TlsSettings = { ...VERIFIED, ...client, mode: "strict" };
    const task = deepTask(port, { tls, greeting: "redis" }, { timeoutMs: 2_000 });
    const { outcome } = await new OneProbe(secrets).check(task);
    assert.equal(outcome, "open");
  });
});
