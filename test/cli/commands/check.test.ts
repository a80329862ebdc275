import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli } from "../../../cli/run-cli.ts";
import { certify } from "../../fakes/certificates.ts";
import { shows, startRawServer, startTlsServer } from "../../fakes/tls-server.ts";
import { fakeIo } from "../fake-io.ts";

async function run(...words: string[]) {
  const io = fakeIo({ now: Date.now });
  const code = await runCli(["check", ...words], io);
  return { code, out: io.heard.out, error: io.heard.error.join("\n") };
}

test("check --tls shows the time of the handshake and each certificate", async (t) => {
  const port = await startTlsServer(t, shows(certify({ commonName: "Own" })));
  const { code, out } = await run(`localhost:${port}`, "--tls", "--tls-mode", "permissive");
  assert.equal(code, 0);
  assert.match(out[0] ?? "", /open: tls [\d.]+ ms, connect/);
  assert.match(out[1] ?? "", /^ {2}TLSv1\.3, TLS_\w+, not trusted: [A-Z_]+$/);
  assert.match(out[2] ?? "", /Own.*, until \d{4}-\d\d-\d\d \(\d+ days\), \w+ \d+$/);
});

test("check --tls says why it does not trust, and ends with 1", async (t) => {
  const port = await startTlsServer(t, shows(certify()));
  const { code, out } = await run(`localhost:${port}`, "--tls");
  assert.equal(code, 1);
  assert.match(out[0] ?? "", /tls_untrusted: .*in the phase tls/);
});

test("check takes several targets, and one that fails fails the call", async (t) => {
  const port = await startRawServer(t, (socket) => void socket.end("SSH-2.0-x\r\n"));
  const good = await run(`127.0.0.1:${port}`, `localhost:${port}`, "--greeting", "ssh");
  assert.deepEqual([good.code, good.out.length], [0, 2]);
  assert.match(good.out[1] ?? "", /^localhost:\d+ open: dialogue [\d.]+ ms/);
  const mixed = await run(`127.0.0.1:${port}`, `127.0.0.1:${port}`, "--greeting", "smtp");
  assert.equal(mixed.code, 1);
  assert.match(mixed.out[0] ?? "", /the answer was "SSH-2\.0-x/);
});

test("check refuses settings that are wrong or go with --tls only", async () => {
  const wrong = await run("localhost:1", "--greeting", "gopher");
  assert.equal(wrong.code, 2);
  assert.match(wrong.error, /^synfleet: greeting must be /);
  const lonely = await run("localhost:1", "--server-name", "a");
  assert.match(lonely.error, /go with --tls only/);
});
