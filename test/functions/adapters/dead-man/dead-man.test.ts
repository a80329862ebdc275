import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { openDeadMan } from "../../../../functions/adapters/dead-man/dead-man.ts";
import { deadManAt } from "../../../../functions/adapters/dead-man/tell-url.ts";
import { SecretError, type SecretReader } from "../../../../functions/ports/secret-reader.ts";

const asked: string[] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  asked.push(`${request.method} ${request.url}`);
  if (request.url === "/ping/silent") return;
  const status = Number(request.url?.split("/").at(-1));
  response.writeHead(status, { location: "/ping/200" }).end("x".repeat(100_000));
}

const server = createServer(answer).listen(0, "127.0.0.1");
await once(server, "listening");
after(() => {
  server.closeAllConnections();
  server.close();
});
const { port } = server.address() as AddressInfo;
const PLACE = `http://127.0.0.1:${port}`;

const NO_SECRET: SecretReader = {
  read: (reference) => Promise.reject(new SecretError(reference, "ParameterNotFound")),
  doubt: () => undefined,
};

function tell(
  place: string,
  { isOneMachine = true, method = "GET", secrets = NO_SECRET, longestMs = 2_000 } = {},
): Promise<string | null> {
  return deadManAt({ place, method, isOneMachine, secrets, longestMs }).tell();
}

for (const [path, code] of [
  ["/ping/200", null],
  ["/ping/204", null],
  ["/ping/302", "HTTP_302"],
  ["/ping/404", "HTTP_404"],
  ["/ping/503", "HTTP_503"],
] as const)
  test(`a dead man that answers ${path} gives ${code}, after one request`, async () => {
    asked.length = 0;
    assert.equal(await tell(PLACE + path), code);
    assert.deepEqual(asked, [`GET ${path}`]);
  });

test("the method is the one that is set", async () => {
  asked.length = 0;
  for (const method of ["POST", "HEAD"]) assert.equal(await tell(`${PLACE}/200`, { method }), null);
  assert.deepEqual(asked, ["POST /200", "HEAD /200"]);
});

test("a dead man that never answers, and a secret that is never read, end after the time-out", async () => {
  assert.equal(await tell(`${PLACE}/ping/silent`, { longestMs: 60 }), "NO_ANSWER");
  const secrets = { ...NO_SECRET, read: () => new Promise<never>(() => undefined) };
  assert.equal(await tell("ssm:slow", { secrets, longestMs: 20 }), "NO_ANSWER");
});

test("the URL comes from its secret, with or without the end of a line", async () => {
  asked.length = 0;
  const secrets = { ...NO_SECRET, read: async (name: string) => `${PLACE}/${name}/200\n` };
  assert.equal(await tell("ssm:hidden", { secrets }), null);
  assert.deepEqual(asked, ["GET /ssm:hidden/200"]);
});

const REFUSED: readonly (readonly [string, string, boolean])[] = [
  [`${PLACE}/200`, "ADDRESS_NOT_ALLOWED", false],
  ["https://localhost/x", "ADDRESS_NOT_ALLOWED", false],
  ["https://[::ffff:127.0.0.1]/x", "ADDRESS_NOT_ALLOWED", false],
  ["https://169.254.169.254/latest", "ADDRESS_NOT_ALLOWED", true],
  ["https://10.0.0.1/x", "ADDRESS_NOT_ALLOWED", true],
  ["https://0x7f.1/x", "ADDRESS_NOT_ALLOWED", false],
  ["http://hc-ping.com/x", "NOT_HTTPS", false],
  ["http://hc-ping.com/x", "NOT_HTTPS", true],
  ["http://93.184.216.34/x", "NOT_HTTPS", true],
  ["ftp://127.0.0.1/x", "NOT_HTTPS", true],
  ["hc-ping.com/x", "NOT_A_URL", true],
];

for (const [url, code, isOneMachine] of REFUSED)
  test(`${url} is ${code}${isOneMachine ? " on one machine" : " on AWS"}, and nothing is asked`, async () => {
    asked.length = 0;
    const secrets = { ...NO_SECRET, read: async () => url };
    assert.equal(await tell("ssm:url", { isOneMachine, secrets }), code);
    assert.deepEqual(asked, []);
  });

test("a URL that stands in no secret is taken on one machine only", async () => {
  assert.equal(await tell("https://93.184.216.34/x", { isOneMachine: false }), "NOT_A_URL");
});

test("a secret that can't be read, a port without a listener and a server without TLS are told as codes", async () => {
  assert.equal(await tell("ssm:gone"), "SECRET_ParameterNotFound");
  assert.equal(await tell("http://127.0.0.1:1/x"), "ECONNREFUSED");
  assert.match((await tell(`https://localhost:${port}/200`)) ?? "", /^(?:EPROTO|ERR_SSL_\w+)$/);
});

test("openDeadMan reads the one secret that it names, from AWS by a signed request", async () => {
  asked.length = 0;
  const sent: object[] = [];
  const sender = {
    send: async (request: { readonly service: string; readonly body: string }) => {
      sent.push({ service: request.service, ...JSON.parse(request.body) });
      return { statusCode: 200, text: JSON.stringify({ SecretString: `${PLACE}/200` }) };
    },
  };
  const tellWith = (environment: Record<string, string>, place: string) =>
    openDeadMan(
      { region: "eu-west-1", environment, monotonic: () => 0, sender },
      { place, method: "POST" },
    ).tell();
  const listed = { SYNFLEET_SECRETS: "ssm:of-tasks" };
  assert.equal(await tellWith(listed, "secretsmanager:url"), "ADDRESS_NOT_ALLOWED");
  const local = { SYNFLEET_SECRETS: "any", AWS_ENDPOINT_URL_SECRETS_MANAGER: PLACE };
  assert.equal(await tellWith(local, "secretsmanager:url"), null);
  assert.deepEqual(sent, Array(2).fill({ service: "secretsmanager", SecretId: "url" }));
  assert.deepEqual(asked, ["POST /200"]);
});
