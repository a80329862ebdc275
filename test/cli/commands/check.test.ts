import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
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
  assert.equal(good.code, 0);
  assert.match(
    good.out.findLast((line) => !line.startsWith("  ")) ?? "",
    /^localhost:\d+ open: dialogue [\d.]+ ms/,
  );
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
  const steps = await run("localhost:1", "--send", "\\q", "--expect-text", "(");
  assert.match(steps.error, /dialogue\[0\]\.send has \\q, .*; dialogue\[1\]\.expect must be a reg/);
  const ported = await run("localhost:1", "--ports", "2");
  assert.match(ported.error, /no port of its own if --ports is given/);
  const many = await run("a", "b", "--ports", "1-513");
  assert.match(many.error, /have 1026 ports together, at most 1024/);
});

test("check --ports checks each port at the same time, and shows them in their order", async (t) => {
  // Each waits for all: one after the other would never be answered.
  const waiting: Socket[] = [];
  const serve = (socket: Socket) => {
    waiting.unshift(socket);
    if (waiting.length === 4) for (const one of waiting) one.end("SSH-2.0-x\r\n");
  };
  const [one, two] = [await startRawServer(t, serve), await startRawServer(t, serve)];
  const { code, out } = await run(
    "127.0.0.1",
    "localhost",
    "--ports",
    `${one},${two}`,
    "--greeting",
    "ssh",
  );
  const shown = out.filter((line) => !line.startsWith("  ")).map((line) => line.split(" ")[0]);
  assert.equal(code, 0);
  assert.deepEqual(shown, [
    `127.0.0.1:${one}`,
    `127.0.0.1:${two}`,
    `localhost:${one}`,
    `localhost:${two}`,
  ]);
});

test("check goes through --send and --expect-text in the order of the call, and shows what was said", async (t) => {
  const port = await startRawServer(t, (socket) => {
    socket.write("hello\x1b[31m\r\n");
    socket.on("data", (bytes) => socket.write(`+${bytes}`));
  });
  const words = [
    "--expect-text",
    "^hello",
    "--send",
    "a\\r\\n",
    "--expect-text",
    "^\\+a",
    "--send",
    "b\\n",
  ];
  const { code, out } = await run(`127.0.0.1:${port}`, ...words, "--expect-text", "\\+b");
  assert.equal(code, 0);
  assert.deepEqual(out.slice(1), [
    "  ← hello\\x1b[31m\\r\\n",
    "  → a\\r\\n",
    "  ← +a\\r\\n",
    "  → b\\n",
    "  ← +b\\n",
  ]);
});

test("check cuts a secret out of what it shows, also as the server says it again", async (t) => {
  const port = await startRawServer(t, (socket) => {
    socket.on("data", (bytes) => socket.write(`no ${bytes}`));
  });
  const file = await fileOf(t, "hunter2\n");
  const words = ["--send", `AUTH \${file:${file}}\\n`, "--expect-text", "^yes", "--timeout", "1"];
  const text = await run(`127.0.0.1:${port}`, ...words);
  const json = await run(`127.0.0.1:${port}`, ...words, "--json");
  assert.deepEqual(text.out.slice(1), [
    "  → AUTH ***\\n",
    "  ← no AUTH ***\\n",
    "  help: docs/troubleshooting/unexpected_answer.md",
  ]);
  assert.deepEqual(JSON.parse(json.out[0] ?? "").transcript, [
    { direction: "sent", text: "AUTH ***\\n" },
    { direction: "received", text: "no AUTH ***\\n" },
  ]);
  assert.doesNotMatch(JSON.stringify([text, json]), /hunter2/);
});

test("check --starttls shows what was said before TLS and within it", async (t) => {
  const own = certify({ names: ["localhost"] });
  const secure = await startTlsServer(t, shows(own), (socket) => {
    socket.on("data", (bytes) => socket.write(`in TLS: ${bytes}`));
  });
  const port = await startRawServer(t, (socket) => {
    socket.write("* OK\r\n");
    socket.once("data", () => {
      socket.write("* CAPABILITY STARTTLS\r\na1 OK\r\n");
      socket.once("data", () => {
        socket.write("a2 OK\r\n");
        const onward = connect(secure, "127.0.0.1");
        onward.on("error", () => socket.destroy());
        socket.pipe(onward).pipe(socket);
      });
    });
  });
  const ca = await fileOf(t, own.pem);
  const words = [
    "--tls",
    "--starttls",
    "imap",
    "--ca",
    ca,
    "--send",
    "x\\n",
    "--expect-text",
    "TLS: x",
  ];
  const { code, out } = await run(`localhost:${port}`, ...words);
  const said = out.filter((line) => /^ {2}[→←]/.test(line));
  assert.equal(code, 0, out.join("\n"));
  assert.deepEqual(said, [
    "  ← * OK\\r\\n",
    "  → a1 CAPABILITY\\r\\n",
    "  ← * CAPABILITY STARTTLS\\r\\n",
    "  ← a1 OK\\r\\n",
    "  → a2 STARTTLS\\r\\n",
    "  ← a2 OK\\r\\n",
    "  → x\\n",
    "  ← in TLS: x\\n",
  ]);
});

test("check --ca trusts the certificates of a file, and no file that is something else", async (t) => {
  const own = certify({ names: ["localhost"] });
  const port = await startTlsServer(t, shows(own));
  const trusted = await run(`localhost:${port}`, "--tls", "--ca", await fileOf(t, own.pem));
  assert.equal(trusted.code, 0);
  assert.match(trusted.out[1] ?? "", /, trusted$/);
  const withKey = await run("localhost:1", "--tls", "--ca", await fileOf(t, own.pem + own.keyPem));
  assert.equal(withKey.code, 2);
  assert.match(withKey.error, /has a private key: it is refused/);
  const other = await run("localhost:1", "--tls", "--ca", await fileOf(t, "root:planted"));
  assert.match(other.error, /has no certificate in PEM/);
  assert.doesNotMatch(withKey.error + other.error, /planted|MII/);
  const none = await run("localhost:1", "--tls", "--ca", "/nowhere/ca.pem");
  assert.deepEqual([none.code, /^synfleet: Can't read \/nowhere/.test(none.error)], [3, true]);
});

test("check --client-cert and --client-key show the certificate of a client", async (t) => {
  const [own, client] = [certify({ names: ["localhost"] }), certify({ commonName: "client" })];
  const port = await startTlsServer(t, { ...shows(own), requestCert: true, ca: [client.pem] });
  const target = [`localhost:${port}`, "--tls", "--ca", await fileOf(t, own.pem)];
  const cert = await fileOf(t, client.pem);
  const key = await fileOf(t, client.keyPem);
  const shown = await run(...target, "--client-cert", cert, "--client-key", key);
  assert.equal(shown.code, 0, shown.out.join("\n"));
  const missing = await run(...target);
  assert.match(missing.out[0] ?? "", /tls_client_certificate/);
  const half = await run(...target, "--client-cert", cert);
  assert.match(half.error, /tls\.client_key is required by client_certificate/);
  const swapped = await run(...target, "--client-cert", key, "--client-key", "/nowhere/key.pem");
  assert.match(swapped.out[0] ?? "", /secret_unavailable/);
});

test("check --count shows the certificates in the first check of each target", async (t) => {
  const port = await startTlsServer(t, shows(certify({ commonName: "Own" })));
  const targets = [`localhost:${port}`, `127.0.0.1:${port}`];
  const { out } = await run(...targets, "--tls", "--tls-mode", "permissive", "--count", "2");
  assert.deepEqual(
    out.map((line) => (line.startsWith("  ") ? line.includes("Own") : line.split(" ")[0])),
    [targets[0], false, true, targets[1], false, true, ...targets],
  );
});

async function fileOf(t: TestContext, text: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "synfleet-check-"));
  t.after(() => rm(dir, { recursive: true }));
  const file = join(dir, "file");
  await writeFile(file, text);
  return file;
}
