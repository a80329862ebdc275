import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { GREETING_PROTOCOLS } from "../../../../../functions/probe/phases/dialogue/greetings/table.ts";
import type { ProbeFacts } from "../../../../../functions/probe/probers/probers.ts";
import type { Greeting } from "../../../../../shared/task/task.ts";
import { probe, type Serve, says, startServer } from "./rig.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const packet = (number: number, ...payload: readonly (string | number[])[]) => {
  const body = Buffer.concat(payload.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from([body.length, 0, 0, number]), body]);
};
const pgError = (code: string) => {
  const body = Buffer.from(`SFATAL\0C${code}\0Msorry\0\0`);
  return Buffer.concat([Buffer.from("E"), Buffer.from([0, 0, 0, body.length + 4]), body]);
};
const mysqlHandshake = packet(
  0,
  [10],
  "8.4.2\0",
  [1, 0, 0, 0, ...Buffer.from("12345678"), 0],
  [0xff, 0xff, 33, 2, 0, 0xff, 0xdf, 21, ...Buffer.alloc(10)],
  "123456789012\0caching_sha2_password\0",
);
const amqpTable = Buffer.from("\x07productS\0\0\0\x06Rabbit\x07versionS\0\0\0\x054.1.0", "latin1");
const amqpPayload = Buffer.concat([hex("000a000a 0009"), hex("00000026"), amqpTable]);
const amqpStart = Buffer.concat([
  ...[hex("010000"), hex("000000"), Buffer.from([amqpPayload.length])],
  ...[amqpPayload, hex("ce")],
]);

/** What a server says, and the outcome, the phase and the code that follow. */
type Case = readonly [Greeting, string | Buffer, string];

const CASES: readonly Case[] = [
  ["ssh", "Welcome\r\nSSH-2.0-OpenSSH_9.2p1 Debian\r\n", "open"],
  ["ssh", "SSH-1.99-Cisco-1.25\n", "open"],
  ["ssh", "SSH-1.5-old\r\n", "unexpected_answer greeting NO_MATCH_IN_TIME"],
  ["ssh", "Exceeded MaxStartups\r\n", "rejected greeting"],
  ["ssh", "Not allowed at this time\r\n", "rejected greeting"],
  ["smtp", "220-mx.example ESMTP\r\n220 and welcome\r\n", "open"],
  ["smtp", "220 \r\n", "open"],
  ["smtp", "220-mx.example there is more\r\n", "unexpected_answer greeting NO_MATCH_IN_TIME"],
  ["smtp", "554 5.7.1 blocked\r\n", "rejected greeting"],
  ["smtp", "421-too many\r\n421 connections\r\n", "rejected greeting"],
  ["imap", "* OK [CAPABILITY IMAP4rev1] ready\r\n", "open"],
  ["imap", "* PREAUTH welcome\r\n", "open"],
  ["imap", "* BYE overloaded\r\n", "rejected greeting"],
  ["pop3", "+OK <1.2@example>\r\n", "open"],
  ["pop3", "-ERR [SYS/TEMP] later\r\n", "rejected greeting"],
  ["ftp", "120 in 3 minutes\r\n220-Hello\r\n220 ready\r\n", "open"],
  ["ftp", "421 too many users\r\n", "rejected greeting"],
  ["mysql", mysqlHandshake, "open"],
  ["mysql", packet(0, [0xff, 0x10, 0x04], "Too many"), "rejected greeting TOO_MANY_CONNECTIONS"],
  ["mysql", packet(0, [0xff, 0x69, 0x04], "Host"), "rejected greeting HOST_BLOCKED"],
  ["mysql", packet(0, [0xff, 0x6a, 0x04], "Host"), "rejected greeting HOST_NOT_ALLOWED"],
  ["mysql", packet(0, [0xff, 1, 1], "Other"), "rejected greeting ERR_PACKET"],
  ["mysql", packet(0, [9], "3.23\0"), "unexpected_answer version"],
  ["mysql", "HTTP/1.1 400\r\n", "unexpected_answer greeting"],
  ["postgresql", hex("52 0000000c 0000000a 00000000"), "open"],
  ["postgresql", hex("52 00000008 00000000"), "open"],
  ["postgresql", pgError("28000"), "open"],
  ["postgresql", pgError("53300"), "rejected greeting TOO_MANY_CONNECTIONS"],
  ["postgresql", pgError("57P03"), "rejected greeting CANNOT_CONNECT_NOW"],
  ["postgresql", "Ecould not fork new process for connection\n\0", "rejected greeting NO_PROCESS"],
  ["postgresql", "S", "unexpected_answer greeting"],
  ["redis", "+PONG\r\n", "open"],
  ["redis", "-NOAUTH Authentication required.\r\n", "open"],
  ["redis", "-LOADING dataset\r\n", "rejected greeting"],
  ["redis", "-ERR max number of clients reached\r\n", "rejected greeting"],
  ["redis", "-DENIED protected mode\r\n", "rejected greeting"],
  ["memcached", "VERSION 1.6.18\r\n", "open"],
  ["memcached", "CLIENT_ERROR unauthenticated\r\n", "open"],
  ["memcached", "ERROR Too many open connections\r\n", "rejected greeting"],
  ["mqtt", hex("20020000"), "open"],
  ["mqtt", hex("20020005"), "open"],
  ["mqtt", hex("20020003"), "rejected greeting SERVER_UNAVAILABLE"],
  ["mqtt", hex("20020001"), "unexpected_answer version"],
  ["mqtt", "HTTP", "unexpected_answer greeting"],
  ["amqp", amqpStart, "open"],
  ["amqp", "AMQP\0\x01\0\0", "unexpected_answer version"],
  ["amqp", "HTTP/1.1", "unexpected_answer greeting"],
  ["ldap", hex("300c 020101 6107 0a0100 0400 0400"), "open"],
  ["ldap", hex("300c 020101 6107 0a0130 0400 0400"), "open"],
  ["ldap", hex("30840000000c 020101 6107 0a0133 0400 0400"), "rejected greeting BUSY"],
  ["ldap", hex("300c 020101 6107 0a0102 0400 0400"), "unexpected_answer version"],
  ["ldap", hex("300c 020100 7807 0a0134 0400 0400"), "rejected greeting DISCONNECTED"],
  ["ldap", "HTTP", "unexpected_answer greeting"],
];

const TLS_ALERT = hex("1503010002 0246");

function kindOf({ outcome, errorCode, detail }: ProbeFacts): string {
  return [outcome, detail?.failedPhase, errorCode].filter((part) => part !== undefined).join(" ");
}

/** Says bytes one at a time. */
function crumbles(bytes: Buffer): Serve {
  return async (socket) => {
    for (const byte of bytes) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

describe("runGreeting", () => {
  for (const [greeting, said, expected] of CASES)
    it(`of ${greeting} takes ${JSON.stringify(`${said}`.slice(0, 30))} for ${expected}`, async (t) => {
      const readMs = expected.endsWith("IN_TIME") ? 300 : 5_000;
      const limits = { phaseTimeouts: { readMs } };
      const port = await startServer(t, says(said));
      assert.equal(kindOf(await probe(port, { greeting, ...limits })), expected);
    });

  for (const greeting of Object.keys(GREETING_PROTOCOLS) as Greeting[]) {
    it(`of ${greeting} understands an answer in single bytes`, async (t) => {
      const [, said = ""] =
        CASES.find(([name, , kind]) => name === greeting && kind === "open") ?? [];
      const port = await startServer(t, crumbles(Buffer.from(said as string)));
      assert.equal(kindOf(await probe(port, { greeting })), "open");
    });

    it(`of ${greeting} tells silence, an end and a wish for TLS apart`, async (t) => {
      const serves: [Serve, number][] = [
        [() => undefined, 80],
        [(socket) => socket.end(), 5_000],
        [says(TLS_ALERT), 5_000],
      ];
      const kinds = [];
      for (const [serve, readMs] of serves) {
        const port = await startServer(t, serve);
        kinds.push(kindOf(await probe(port, { greeting, phaseTimeouts: { readMs } })));
      }
      assert.deepEqual(kinds, [
        "no_answer greeting",
        "closed_early greeting FIN",
        "tls_required greeting",
      ]);
    });
  }

  it("tells what the protocol tells of the server", async (t) => {
    const labels = [];
    for (const [greeting, said, kind] of CASES) {
      if (kind !== "open") continue;
      const { detail } = await probe(await startServer(t, says(said)), { greeting });
      if (detail?.labels !== undefined) labels.push([greeting, detail.labels]);
    }
    assert.deepEqual(labels, [
      ["ssh", { server: "OpenSSH_9.2p1" }],
      ["ssh", { server: "Cisco-1.25" }],
      ["smtp", { server: "and" }],
      ["smtp", { server: "" }],
      ["mysql", { version: "8.4.2" }],
      ["memcached", { version: "1.6.18" }],
      ["memcached", { version: "" }],
      ["amqp", { server: "Rabbit", version: "4.1.0" }],
    ]);
  });
});

describe("a greeting of packets", () => {
  const readers = Object.values(GREETING_PROTOCOLS).flatMap((protocol) =>
    protocol.kind === "packets" ? [protocol.read] : [],
  );

  it("is read without an error whatever comes, and soon", () => {
    const starts = CASES.map(([, said]) => Buffer.from(said as string));
    const anyStart = fc.constantFrom(Buffer.alloc(0), ...starts);
    const bytes = fc.tuple(anyStart, fc.nat(60), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(bytes, ([start, length, rest]) => {
        const received = Buffer.concat([start.subarray(0, length), rest]);
        for (const read of readers) read(received, length % 2 === 0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("sayGoodbye", () => {
  /** Greets a server that says this, and gives all that it heard until the end. */
  async function heardBy(
    greeting: Greeting,
    first: string | Buffer,
    second: Buffer | null = null,
  ): Promise<Buffer> {
    const heard = Promise.withResolvers<Buffer>();
    const { createServer } = await import("node:net");
    const server = createServer((socket) => {
      const parts: Buffer[] = [];
      socket.write(first);
      socket.on("data", (bytes) => {
        if (parts.push(bytes) === 1 && second !== null) socket.write(second);
      });
      socket.on("end", () => heard.resolve(Buffer.concat(parts)));
      socket.on("error", heard.reject);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await probe(port, { greeting });
    server.close();
    return await heard.promise;
  }

  it("ends a protocol as it wants to be ended", async () => {
    assert.equal(`${await heardBy("smtp", "220 mx\r\n")}`, "QUIT\r\n");
    assert.equal(`${await heardBy("memcached", "VERSION 1\r\n")}`, "version\r\nquit\r\n");
    assert.ok((await heardBy("mqtt", hex("20020000"))).subarray(-2).equals(hex("e000")));
    assert.ok(
      (await heardBy("ldap", hex("300c0201016107 0a0100 0400 0400"))).includes(hex("4200")),
    );
    const session = await heardBy("postgresql", hex("52 00000008 00000000"));
    assert.ok(session.subarray(-5).equals(hex("58 00000004")));
    const asked = await heardBy("postgresql", hex("52 0000000c 0000000a 00000000"));
    assert.equal(
      asked.at(-5),
      "e".charCodeAt(0),
      "a server that waits for a password is told nothing",
    );
  });

  it("answers the handshake of mysql, so that it is no connect error of this host", async () => {
    const refused = await heardBy("mysql", mysqlHandshake, packet(2, [0xff, 0x15, 0x04], "no"));
    assert.match(refused.toString("latin1"), /synfleet\0\0caching_sha2_password\0$/);
    const switched = await heardBy("mysql", mysqlHandshake, packet(2, [0xfe], "other\0"));
    assert.ok(switched.subarray(-9).equals(hex("00000003 0100000001")));
    const letIn = await heardBy("mysql", mysqlHandshake, packet(2, [0, 0, 0, 2, 0]));
    assert.ok(letIn.subarray(-5).equals(hex("0100000001")));
  });

  it("says nothing if the greeting failed, or a dialogue follows", async (t) => {
    const told: string[] = [];
    const listening: Serve = (socket) => {
      socket.write("554 no\r\n");
      socket.on("data", (bytes) => told.push(`${bytes}`));
    };
    const greeted: Serve = (socket) => {
      socket.write("220 yes\r\n");
      socket.on("data", (bytes) => told.push(`${bytes}`));
    };
    await probe(await startServer(t, listening), { greeting: "smtp" });
    const dialogue = { steps: [{ kind: "send", text: "NOOP" }] } as const;
    await probe(await startServer(t, greeted), { greeting: "smtp", dialogue });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(told, ["NOOP"]);
  });
});
