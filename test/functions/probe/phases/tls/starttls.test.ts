import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { createSecureContext, TLSSocket } from "node:tls";
import type { Outcome } from "../../../../../shared/result/result.ts";
import type { StarttlsProtocol } from "../../../../../shared/task/task.ts";
import { certify } from "../../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../../fakes/check-once.ts";
import { shows, startRawServer } from "../../../../fakes/tls-server.ts";

const root = certify({ commonName: "Root", isCa: true });
const context = createSecureContext(shows(certify({ issuer: root })));

/** What a server says at first, and then for what it hears (hex, or a pattern); `TLS` begins TLS after it. */
interface Script {
  readonly greeting?: string;
  readonly answers: readonly (readonly [heard: RegExp | string, answer: string, goesOn?: "TLS"])[];
}

const LDAP_OK = "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";
const LDAP_LONG =
  "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x78\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00";
const LDAP_NO = "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00";
const FEATURES = (inner: string) =>
  `<?xml version='1.0'?><stream:stream from='x' version='1.0'><stream:features>${inner}</stream:features>`;

function mysqlGreeting(capabilities: number): string {
  const packet = Buffer.concat([
    Buffer.from("\x0a8.0.36\0", "latin1"),
    Buffer.alloc(4 + 8 + 1),
    Buffer.of(capabilities & 0xff, capabilities >> 8),
    Buffer.alloc(30),
  ]);
  return Buffer.concat([Buffer.of(packet.length, 0, 0, 0), packet]).toString("latin1");
}

const MYSQL_REFUSAL = "\x1c\0\0\0\xff\x6a\x04Host is not allowed here.";

const SMTP: Script = {
  greeting: "220-mail\r\n220 ready\r\n",
  answers: [
    [/^EHLO localhost\r\n$/, "250-mail\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 HELP\r\n"],
    [/^STARTTLS\r\n$/, "220 go\r\n", "TLS"],
  ],
};
const IMAP: Script = {
  greeting: "* OK ready\r\n",
  answers: [
    [/^a1 CAPABILITY\r\n$/, "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n"],
    [/^a2 STARTTLS\r\n$/, "a2 OK go\r\n", "TLS"],
  ],
};

/** Protocol, what its server does, outcome, code, answers that came. */
const CASES: readonly [StarttlsProtocol, string, Script, Outcome, (string | null)?][] = [
  ["smtp", "agrees", SMTP, "open"],
  [
    "smtp",
    "lists it in a single line",
    {
      greeting: "220 m\r\n",
      answers: [
        [/EHLO/, "250 STARTTLS\r\n"],
        [/STARTTLS/, "220 go\r\n", "TLS"],
      ],
    },
    "open",
  ],
  [
    "smtp",
    "does not list it",
    { greeting: "220 m\r\n", answers: [[/EHLO/, "250-m\r\n250 X-STARTTLS\r\n"]] },
    "tls_not_offered",
    "NOT_LISTED",
  ],
  [
    "smtp",
    "lists and refuses it",
    {
      greeting: "220 m\r\n",
      answers: [
        [/EHLO/, "250 STARTTLS\r\n"],
        [/STARTTLS/, "454 later\r\n"],
      ],
    },
    "tls_not_offered",
    "REFUSED",
  ],
  ["smtp", "refuses everybody", { greeting: "554 no\r\n", answers: [] }, "rejected", "REFUSED"],
  [
    "smtp",
    "is another protocol",
    { greeting: "SSH-2.0-x\r\n", answers: [] },
    "unexpected_answer",
    "NOT_THE_PROTOCOL",
  ],
  [
    "smtp",
    "says more in plain text behind its go-ahead",
    {
      greeting: "220 m\r\n",
      answers: [
        [/EHLO/, "250 STARTTLS\r\n"],
        [/STARTTLS/, "220 go\r\n250 evil\r\n", "TLS"],
      ],
    },
    "unexpected_answer",
    "PLAIN_TEXT_BEFORE_TLS",
  ],
  ["imap", "agrees", IMAP, "open"],
  [
    "imap",
    "does not list it",
    { greeting: "* OK\r\n", answers: [[/a1/, "* CAPABILITY IMAP4rev1\r\na1 OK STARTTLS\r\n"]] },
    "tls_not_offered",
    "NOT_LISTED",
  ],
  [
    "imap",
    "lists and refuses it",
    {
      greeting: "* OK\r\n",
      answers: [
        [/a1/, "* CAPABILITY STARTTLS\r\na1 OK\r\n"],
        [/a2/, "a2 NO later\r\n"],
      ],
    },
    "tls_not_offered",
    "REFUSED",
  ],
  [
    "imap",
    "knows the client already",
    { greeting: "* PREAUTH hi\r\n", answers: [] },
    "tls_not_offered",
    "NOT_LISTED",
  ],
  ["imap", "refuses everybody", { greeting: "* BYE no\r\n", answers: [] }, "rejected", "REFUSED"],
  [
    "pop3",
    "agrees",
    { greeting: "+OK hi\r\n", answers: [[/^STLS\r\n$/, "+OK go\r\n", "TLS"]] },
    "open",
  ],
  [
    "pop3",
    "refuses it",
    { greeting: "+OK hi\r\n", answers: [[/STLS/, "-ERR no\r\n"]] },
    "tls_not_offered",
    "REFUSED",
  ],
  ["pop3", "refuses everybody", { greeting: "-ERR no\r\n", answers: [] }, "rejected", "REFUSED"],
  [
    "ftp",
    "agrees",
    {
      greeting: "220-Hello\r\nthis is\r\n 220 FTP\r\n220 go\r\n",
      answers: [[/^AUTH TLS\r\n$/, "234 go\r\n", "TLS"]],
    },
    "open",
  ],
  [
    "ftp",
    "refuses it",
    { greeting: "220 hi\r\n", answers: [[/AUTH/, "530 no\r\n"]] },
    "tls_not_offered",
    "REFUSED",
  ],
  ["postgresql", "agrees", { answers: [["0000000804d2162f", "S", "TLS"]] }, "open"],
  ["postgresql", "refuses it", { answers: [[/./, "N"]] }, "tls_not_offered", "REFUSED"],
  ["postgresql", "is too old for it", { answers: [[/./, "EFATAL"]] }, "tls_not_offered", "REFUSED"],
  [
    "postgresql",
    "is another protocol",
    { answers: [[/./, "HTTP/1.1 400"]] },
    "unexpected_answer",
    "NOT_THE_PROTOCOL",
  ],
  [
    "postgresql",
    "says more in plain text behind its go-ahead",
    { answers: [[/./, "SEVIL", "TLS"]] },
    "unexpected_answer",
    "PLAIN_TEXT_BEFORE_TLS",
  ],
  [
    "mysql",
    "agrees",
    { greeting: mysqlGreeting(0xffff), answers: [["20000001008a0000", "", "TLS"]] },
    "open",
  ],
  [
    "mysql",
    "does not list it",
    { greeting: mysqlGreeting(0xf7ff), answers: [] },
    "tls_not_offered",
    "NOT_LISTED",
  ],
  ["mysql", "refuses everybody", { greeting: MYSQL_REFUSAL, answers: [] }, "rejected", "REFUSED"],
  [
    "mysql",
    "is another protocol",
    { greeting: "\x02\0\0\0hi", answers: [] },
    "unexpected_answer",
    "NOT_THE_PROTOCOL",
  ],
  ["ldap", "agrees", { answers: [[/1\.3\.6\.1\.4\.1\.1466\.20037$/, LDAP_OK, "TLS"]] }, "open"],
  ["ldap", "agrees with long lengths", { answers: [[/./, LDAP_LONG, "TLS"]] }, "open"],
  ["ldap", "refuses it", { answers: [[/./, LDAP_NO]] }, "tls_not_offered", "REFUSED"],
  [
    "ldap",
    "is another protocol",
    { answers: [[/./, "HTTP/1.1 400"]] },
    "unexpected_answer",
    "NOT_THE_PROTOCOL",
  ],
  [
    "xmpp",
    "agrees",
    {
      answers: [
        [
          /to='localhost'/,
          FEATURES("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"),
        ],
        [/^<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'\/>$/, "<proceed xmlns='x'/>", "TLS"],
      ],
    },
    "open",
  ],
  [
    "xmpp",
    "does not list it",
    { answers: [[/stream/, FEATURES("<bind/>")]] },
    "tls_not_offered",
    "NOT_LISTED",
  ],
  [
    "xmpp",
    "lists and refuses it",
    {
      answers: [
        [/stream:stream/, FEATURES("<starttls/>")],
        [/starttls/, "<failure xmlns='x'/></stream:stream>"],
      ],
    },
    "tls_not_offered",
    "REFUSED",
  ],
  [
    "xmpp",
    "does not know the host",
    {
      answers: [
        [/stream/, "<stream:stream><stream:error><host-unknown/></stream:error></stream:stream>"],
      ],
    },
    "rejected",
    "REFUSED",
  ],
];

/** Follows a script, one byte at a time if asked to, so that no answer comes whole. */
function play(socket: Socket, { greeting, answers }: Script, isSlow: boolean): void {
  const left = [...answers];
  void say(socket, greeting ?? "", isSlow);
  const hear = async (bytes: Buffer) => {
    const next = left.shift();
    assert.ok(next !== undefined, `nothing more was to be heard: ${bytes}`);
    const [heard, answer, goesOn] = next;
    if (typeof heard === "string") assert.equal(bytes.toString("hex", 0, heard.length / 2), heard);
    else assert.match(bytes.toString("latin1"), heard);
    if (goesOn) socket.removeListener("data", hear).pause();
    // Who needs no go-ahead may have sent its ClientHello along.
    const helloAt = bytes.indexOf("\x16\x03\x01");
    if (helloAt !== -1) socket.unshift(bytes.subarray(helloAt));
    await say(socket, answer, isSlow);
    if (goesOn) beginTls(socket);
  };
  socket.on("data", hear);
}

async function say(socket: Socket, text: string, isSlow: boolean): Promise<void> {
  const bytes = Buffer.from(text, "latin1");
  if (!isSlow) return void socket.write(bytes);
  socket.setNoDelay(true);
  for (const byte of bytes) {
    socket.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
}

function beginTls(socket: Socket): void {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
  secure.on("error", () => secure.destroy());
  secure.resume();
}

async function check(t: TestContext, starttls: StarttlsProtocol, serve: (socket: Socket) => void) {
  const port = await startRawServer(t, serve);
  const probe = new OneProbe();
  const tls = { mode: "verified", verify: "subject_alt_name", ca: root.pem, starttls } as const;
  const result = await probe.check(deepTask(port, { tls }, { timeoutMs: 1_000 }));
  assert.deepEqual(probe.faults, []);
  return result;
}

describe("starttls", () => {
  for (const [protocol, what, script, outcome, code = null] of CASES)
    it(`in ${protocol} gives ${outcome} if the server ${what}`, async (t) => {
      const result = await check(t, protocol, (socket) => play(socket, script, false));
      assert.deepEqual([result.outcome, result.errorCode], [outcome, code]);
      assert.equal(result.detail?.failedPhase, outcome === "open" ? undefined : "tls");
      assert.equal(result.tlsTimeMs !== null, outcome === "open");
    });

  for (const [protocol, what, script] of CASES.filter(([, , , outcome]) => outcome === "open"))
    it(`in ${protocol} waits for whole answers if the server ${what}, a byte at a time`, async (t) => {
      const result = await check(t, protocol, (socket) => play(socket, script, true));
      assert.equal(result.outcome, "open");
    });

  it("counts what was said in plain text", async (t) => {
    const { sentMessages, receivedMessages } = await check(t, "smtp", (socket) =>
      play(socket, SMTP, false),
    );
    assert.deepEqual([sentMessages, receivedMessages], [2, 3]);
  });

  it("shows what the server said instead", async (t) => {
    const { detail } = await check(
      t,
      "pop3",
      (socket) => void socket.write("-ERR \x1b[31m no\r\n"),
    );
    assert.equal(detail?.answer, "-ERR .[31m no..");
  });

  const ends: readonly [string, (socket: Socket) => void, Outcome, string | null][] = [
    ["closes at once", (socket) => void socket.end(), "closed_early", "FIN"],
    [
      "closes in the middle of an answer",
      (socket) => void socket.end("220-m\r\n22"),
      "closed_early",
      "FIN",
    ],
    [
      "resets",
      (socket) => void setTimeout(() => socket.resetAndDestroy(), 20),
      "closed_early",
      "RST",
    ],
    ["says nothing", (socket) => void socket.resume(), "no_answer", null],
    ["never ends its greeting", (socket) => floodLines(socket), "unexpected_answer", "TOO_LONG"],
  ];
  for (const [what, serve, outcome, code] of ends)
    it(`gives ${outcome} if the server ${what}`, async (t) => {
      const result = await check(t, "smtp", serve);
      assert.deepEqual([result.outcome, result.errorCode], [outcome, code]);
    });
});

function floodLines(socket: Socket): void {
  const more = () => {
    if (socket.writable) socket.write("220-more\r\n".repeat(1_000), more);
  };
  more();
}
