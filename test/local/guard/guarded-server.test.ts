import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, test } from "node:test";
import { signedWith } from "../../../local/guard/access-key.ts";
import {
  type GuardedRequest,
  type GuardedServer,
  type ServerLimits,
  startGuardedServer,
} from "../../../local/guard/guarded-server.ts";

const KEY = "k1";
const MOST_BODY_BYTES = 1_000;

let server: GuardedServer;
let taken: GuardedRequest[] = [];

async function start(limits?: ServerLimits): Promise<void> {
  server = await startGuardedServer({
    accessKey: KEY,
    mostBodyBytes: MOST_BODY_BYTES,
    contentType: "application/json",
    answer: async (request) => {
      taken.push(request);
      if (request.body.toString() === "fail") throw new Error("broken");
      return { status: 200, body: `"${request.body.length}"` };
    },
    ...(limits === undefined ? {} : { limits }),
  });
}

function dial(): Socket {
  return connect(Number(new URL(server.endpoint).port), "127.0.0.1");
}

/** What the server answers to raw text until it ends the connection. */
async function say(raw: string): Promise<string> {
  const socket = dial();
  // A server that ends the connection early may do it by a reset.
  socket.on("error", () => socket.destroy());
  socket.write(raw);
  return await text(socket).catch(() => "");
}

interface Head {
  readonly method?: string;
  readonly length?: number;
  readonly more?: readonly string[];
}

function headOf({ method = "POST", length, more = [] }: Head): string {
  const { host } = new URL(server.endpoint);
  const authorization = signedWith(KEY);
  const lines = [`${method} / HTTP/1.1`, `Host: ${host}`, `Authorization: ${authorization}`];
  if (length !== undefined) lines.push(`Content-Length: ${length}`);
  return [...lines, ...more, "", ""].join("\r\n");
}

async function postFine(): Promise<void> {
  const options = { method: "POST", headers: { authorization: signedWith(KEY) }, body: "{}" };
  const response = await fetch(server.endpoint, options);
  assert.equal(response.status, 200);
  assert.equal(await response.text(), '"2"');
}

describe("startGuardedServer", { timeout: 30_000 }, () => {
  beforeEach(() => {
    taken = [];
  });
  afterEach(() => server.close());

  for (const [how, end] of [
    ["FIN", (socket: Socket) => socket.end()],
    ["RST", (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    test(`goes on after an upload that is aborted by ${how}`, async () => {
      await start();
      const socket = dial().resume();
      socket.on("error", () => socket.destroy());
      await new Promise<void>((resolve) => {
        socket.write(`${headOf({ length: 500 })}{"a":`, () => resolve());
      });
      await postFine();
      const closed = once(socket, "close");
      end(socket);
      await closed;
      await postFine();
      assert.equal(taken.length, 2);
    });
  }

  const ODD: readonly (readonly [string, () => string, RegExp])[] = [
    ["no HTTP", () => "hello\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["no request line", () => "\0\0\0\0\r\n\r\n", /^HTTP\/1\.1 400 /],
    [
      "a length that is no number",
      () => headOf({ more: ["Content-Length: x"] }),
      /^HTTP\/1\.1 400 /,
    ],
    ["no host", () => "POST / HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["a head of 17 KB", () => headOf({ more: [`X: ${"x".repeat(17_000)}`] }), /^HTTP\/1\.1 431 /],
    ["a length above the limit", () => headOf({ length: 1e9 }), /^HTTP\/1\.1 413 /],
    [
      "a body above the limit",
      () => `${headOf({ more: ["Transfer-Encoding: chunked"] })}400\r\n${"x".repeat(1024)}\r\n`,
      /^HTTP\/1\.1 413 /,
    ],
    [
      "a body above the limit that waits for a word",
      () => headOf({ length: 1e9, more: ["Expect: 100-continue"] }),
      /^HTTP\/1\.1 413 /,
    ],
    ["a GET", () => headOf({ method: "GET" }), /^HTTP\/1\.1 405 /],
    ["a page", () => headOf({ more: ["Origin: http://localhost:1"] }), /^HTTP\/1\.1 403 /],
    [
      "a page's question",
      () =>
        headOf({
          method: "OPTIONS",
          more: ["Origin: http://localhost:1", "Access-Control-Request-Method: POST"],
        }),
      /^HTTP\/1\.1 403 /,
    ],
  ];
  for (const [what, raw, answer] of ODD) {
    test(`refuses ${what}, takes nothing, and lets no page read the answer`, async () => {
      await start();
      const said = await say(raw());
      assert.match(said, answer);
      assert.doesNotMatch(said, /access-control/i);
      assert.deepEqual(taken, []);
      await postFine();
    });
  }

  test("says to a client that waits for a word that it may send", async () => {
    await start();
    const socket = dial();
    socket.write(headOf({ length: 2, more: ["Expect: 100-continue", "Connection: close"] }));
    const [word]: Buffer[] = await once(socket, "data");
    assert.match(String(word), /^HTTP\/1\.1 100 /);
    socket.write("{}");
    assert.match(await text(socket), /^HTTP\/1\.1 200 [\s\S]*"2"/);
  });

  test("answers 500 if the answer fails, and goes on", async () => {
    await start();
    const options = { method: "POST", headers: { authorization: signedWith(KEY) }, body: "fail" };
    const response = await fetch(server.endpoint, options);
    assert.equal(response.status, 500);
    assert.match(await response.text(), /InternalServerError.*broken/);
    await postFine();
  });

  const SLOW: readonly (readonly [string, () => string])[] = [
    ["says nothing", () => ""],
    ["does not finish its head", () => "POST / HTTP/1.1\r\n"],
    ["does not finish its body", () => `${headOf({ length: 500 })}{`],
  ];
  for (const [what, raw] of SLOW) {
    test(`ends the connection of a client that ${what}`, async () => {
      await start({ headMs: 20, requestMs: 40, checkMs: 10 });
      await say(raw());
      assert.deepEqual(taken, []);
    });
  }

  test("close waits for the answer of a request that is complete, and for no other", async () => {
    await start();
    const idle = dial().resume();
    idle.on("error", () => idle.destroy());
    await once(idle, "connect");
    const answer = postFine();
    await answer;
    const ended = once(idle, "close");
    await server.close();
    await ended;
    await start();
  });
});
