import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { openSecrets } from "../../../../functions/adapters/secrets/secrets.ts";
import { SignedSender } from "../../../../functions/adapters/signed-request/signed-request.ts";
import { SecretError } from "../../../../functions/ports/secret-reader.ts";
import { refuse, type SecretsServer, startSecretsServer } from "../../../fakes/secrets-server.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "KEY", AWS_SECRET_ACCESS_KEY: "secret" };
const folder = mkdtempSync(join(tmpdir(), "synfleet-secret-files-"));

let server: SecretsServer;
before(async () => {
  Object.assign(process.env, KEYS);
  server = await startSecretsServer();
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  server.reads.length = 0;
  server.texts.clear();
  server.answer = null;
});

/** A reader as a function has it. */
function open(secrets: string | undefined, endpoint: string | undefined = server.endpoint) {
  const environment = {
    SYNFLEET_SECRETS: secrets,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    AWS_ENDPOINT_URL_SSM: endpoint,
  };
  return openSecrets({
    region: "eu-west-3",
    environment,
    monotonic: () => 0,
    sender: new SignedSender(),
  });
}

async function codeOf(reading: Promise<string>): Promise<string> {
  const error: unknown = await reading.then(assert.fail, (reason: unknown) => reason);
  assert.ok(error instanceof SecretError);
  assert.doesNotMatch(`${error.message} ${JSON.stringify(error)} ${error.stack}`, /very private/);
  return error.code;
}

test("openSecrets reads a listed secret from Secrets Manager, signed for its region", async () => {
  server.texts.set("prod/mail", "token-1");
  assert.equal(
    await open("ssm:x,secretsmanager:prod/mail").read("secretsmanager:prod/mail"),
    "token-1",
  );
  const [read] = server.reads;
  assert.equal(read?.target, "secretsmanager.GetSecretValue");
  assert.deepEqual(read?.body, { SecretId: "prod/mail" });
  assert.match(
    read?.authorization ?? "",
    /Credential=KEY\/\d{8}\/eu-west-3\/secretsmanager\/aws4_request.*x-amz-target/,
  );
});

test("openSecrets reads a listed parameter decrypted", async () => {
  server.texts.set("/prod/key", "token-2");
  assert.equal(await open("ssm:/prod/key").read("ssm:/prod/key"), "token-2");
  assert.equal(server.reads[0]?.target, "AmazonSSM.GetParameter");
  assert.deepEqual(server.reads[0]?.body, { Name: "/prod/key", WithDecryption: true });
  assert.match(server.reads[0]?.authorization ?? "", /eu-west-3\/ssm\/aws4_request/);
});

const REFUSED: readonly (readonly [list: string | undefined, reference: string, code: string])[] = [
  [undefined, "ssm:a", "NOT_CONFIGURED"],
  ["", "secretsmanager:a", "NOT_CONFIGURED"],
  ["ssm:a", "ssm:b", "NOT_LISTED"],
  ["ssm:a", "secretsmanager:a", "NOT_LISTED"],
  [undefined, "file:/etc/passwd", "FILE_NOT_ALLOWED"],
  ["ssm:a", "file:/etc/passwd", "FILE_NOT_ALLOWED"],
  ["ssm:a,file:/etc/passwd", "file:/etc/passwd", "FILE_NOT_ALLOWED"],
];

for (const [list, reference, code] of REFUSED)
  test(`openSecrets refuses ${reference} with ${code} where ${list} is listed, without a request`, async () => {
    assert.equal(await codeOf(open(list).read(reference)), code);
    assert.equal(server.reads.length, 0);
  });

test("openSecrets asks AWS on one machine only where an endpoint is set", async () => {
  server.texts.set("a", "token-3");
  assert.equal(await open("any").read("ssm:a"), "token-3");
  assert.equal(await codeOf(open("any", "").read("ssm:a")), "NO_ENDPOINT");
  assert.equal(await codeOf(open("any", "").read("secretsmanager:a")), "NO_ENDPOINT");
});

test("a secret that AWS refuses is an error with AWS's code and nothing of its text", async () => {
  for (const [status, name] of [
    [400, "AccessDeniedException"],
    [400, "ParameterNotFound"],
    [500, "InternalServiceError"],
  ] as const) {
    server.answer = (response) => refuse(response, status, name);
    assert.equal(await codeOf(open("ssm:a").read("ssm:a")), name);
  }
  server.answer = (response) => response.writeHead(403).end("<html>very private</html>");
  assert.equal(await codeOf(open("ssm:a").read("ssm:a")), "HTTP_403");
  server.answer = (response) =>
    response.writeHead(400).end(JSON.stringify({ __type: "very private text" }));
  assert.equal(await codeOf(open("ssm:a").read("ssm:a")), "HTTP_400");
});

test("an answer without a text, or with a long one, is refused", async () => {
  const answers = [
    ["{}", "NOT_A_TEXT"],
    ["not JSON", "NOT_A_TEXT"],
    [JSON.stringify({ SecretBinary: "AAAA" }), "NOT_A_TEXT"],
    [JSON.stringify({ SecretString: "x".repeat(65_537) }), "TOO_LONG"],
    [JSON.stringify({ SecretString: "x".repeat(300_000) }), "NO_ANSWER"],
  ] as const;
  for (const [body, code] of answers) {
    server.answer = (response) => response.end(body);
    assert.equal(await codeOf(open("secretsmanager:a").read("secretsmanager:a")), code);
  }
  server.texts.set("a", "x".repeat(65_536));
  server.answer = null;
  assert.equal((await open("secretsmanager:a").read("secretsmanager:a")).length, 65_536);
});

test("a server that is not there, or that throttles once, is asked a second time", async () => {
  server.answer = (response, attempt) =>
    attempt === 1 ? response.writeHead(503).end() : response.end('{"Parameter":{"Value":"t"}}');
  assert.equal(await open("ssm:a").read("ssm:a"), "t");
  const gone = await startSecretsServer();
  await gone.close();
  assert.equal(await codeOf(open("ssm:a", gone.endpoint).read("ssm:a")), "NO_ANSWER");
});

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("a file is read from an absolute path or from the working directory, without its last line end", async () => {
  const path = write("token", "one\ntwo\r\n");
  assert.equal(await open("any").read(`file:${path}`), "one\ntwo");
  assert.equal(await open("any").read(`file:${relative(process.cwd(), path)}`), "one\ntwo");
  assert.equal(await open("any").read(`file:${write("bare", "one")}`), "one");
  assert.equal(
    await open("any").read(`file:${write("most", "x".repeat(65_536))}`),
    "x".repeat(65_536),
  );
});

test("a file that is missing, no file, too long or no text is refused", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const cases = [
    [join(folder, "none"), "ENOENT"],
    [folder, "NOT_A_FILE"],
    [pipe, "NOT_A_FILE"],
    ["/dev/zero", "NOT_A_FILE"],
    [write("long", "x".repeat(65_537)), "TOO_LONG"],
    [write("binary", Buffer.from([0xff, 0xfe, 0x80])), "NOT_A_TEXT"],
  ] as const;
  for (const [path, code] of cases)
    assert.equal(await codeOf(open("any").read(`file:${path}`)), code);
});

test("a doubted secret of a reader is the one that is read anew", async () => {
  let nowMs = 0;
  const path = write("rotating", "old");
  const environment = { SYNFLEET_SECRETS: "any" };
  const reader = openSecrets({
    region: "r",
    environment,
    monotonic: () => nowMs,
    sender: new SignedSender(),
  });
  assert.equal(await reader.read(`file:${path}`), "old");
  write("rotating", "new");
  reader.doubt(`file:${path}`);
  nowMs = 60_000;
  assert.equal(await reader.read(`file:${path}`), "new");
});
