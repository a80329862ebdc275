import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { describe, it } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { SecretError, type SecretReader } from "../../../../../functions/ports/secret-reader.ts";
import type { DialogueStep } from "../../../../../shared/task/task.ts";
import { answers, expecting, probe, says, sending, startServer, talk } from "./rig.ts";

const SHORT = { timeoutMs: 400 };

describe("runDialogue", () => {
  it("sends, expects and tells what was captured", async (t) => {
    const serve = answers("220 mail ready\r\n", "250-mail\r\n250 SIZE 77\r\n");
    const facts = await talk(t, serve, [
      expecting("^220 (?P<server>\\w+)"),
      sending("EHLO me\r\n"),
      expecting("^250 SIZE (?P<size>\\d+)\r\n"),
    ]);
    assert.equal(facts.outcome, "open");
    assert.deepEqual(facts.detail, { labels: { server: "mail", size: "77" } });
    const { sentBytes, receivedBytes, sentMessages, receivedMessages } = facts.figures ?? {};
    assert.deepEqual([sentBytes, receivedBytes], [9, 39]);
    assert.deepEqual([sentMessages, receivedMessages], [1, 2]);
    assert.ok((facts.figures?.dialogueTimeMs ?? 0) > 0);
  });

  it("takes what it matched and no more, so that answers that come together are told apart", async (t) => {
    const facts = await talk(t, says("one\r\ntwo\r\nthree\r\n"), [
      expecting("^one"),
      expecting("^two"),
      expecting("^three"),
    ]);
    assert.equal(facts.outcome, "open");
  });

  it("does not find again what an earlier step has taken", async (t) => {
    const facts = await talk(t, says("one\r\n"), [expecting("one"), expecting("one")], SHORT);
    assert.equal(facts.outcome, "unexpected_answer");
  });

  it("finds a match that comes in single bytes", async (t) => {
    const serve = (socket: Socket) => {
      const bytes = [..."noise\r\n+PONG\r\n"];
      const timer = setInterval(() => socket.write(bytes.shift() ?? ""), 1);
      socket.on("close", () => clearInterval(timer));
    };
    assert.equal((await talk(t, serve, [expecting("^\\+PONG\r\n")])).outcome, "open");
  });

  it("sends a captured label byte for byte, also what is no UTF-8", async (t) => {
    const heard = Promise.withResolvers<Buffer>();
    const port = await startServer(t, (socket) => {
      socket.write(Buffer.from([0x3c, 0xff, 0x00, 0xc3, 0xa4, 0x3e]));
      socket.on("data", heard.resolve);
    });
    const steps = [expecting("<(?P<token>(?s:.*))>"), sending(`t=\${token};`)];
    const facts = await probe(port, { dialogue: { steps } });
    assert.deepEqual(await heard.promise, Buffer.from("743d" + "ff00c3a4" + "3b", "hex"));
    assert.deepEqual(facts.detail?.labels, { token: "\ufffd.ä" });
  });

  it("does not replace what is in a label, nor a place behind a second dollar", async (t) => {
    const heard = Promise.withResolvers<Buffer>();
    const port = await startServer(t, (socket) => {
      socket.write(`\${b}\\n|B|\n`);
      socket.on("data", heard.resolve);
    });
    const steps = [expecting("^(?P<a>.*)\\|(?P<b>B)\\|"), sending(`\${a} $\${a} $b`)];
    await probe(port, { dialogue: { steps } });
    assert.equal(String(await heard.promise), `\${b}\\n \${a} $b`);
  });

  it("puts nothing in for a label whose group took no part", async (t) => {
    const steps = [expecting("^a(?P<b>b)?\n"), sending(`<\${b}>`), expecting("<>")];
    const serve = (socket: Socket) => {
      socket.write("a\n");
      socket.pipe(socket);
    };
    assert.equal((await talk(t, serve, steps)).outcome, "open");
  });

  it("counts against nobody if a label is not there or a pattern is none", async (t) => {
    const serve = says("hello\n");
    const outcomes = [];
    for (const steps of [[sending(`\${who}`)], [expecting("(")], [expecting("(a{20}){50}")]]) {
      const { outcome, errorCode } = await talk(t, serve, steps);
      outcomes.push([outcome, errorCode]);
    }
    assert.deepEqual(outcomes, [
      ["internal", "ERR_LABEL"],
      ["internal", "ERR_PATTERN"],
      ["internal", "ERR_PATTERN_TOO_LARGE"],
    ]);
  });

  it("fails with what is refused before it looks for what is expected", async (t) => {
    const steps: DialogueStep[] = [{ kind: "reject", pattern: "^5" }, expecting("^220")];
    const facts = await talk(t, says("220 hello\r\n554 go away\r\n"), steps);
    assert.equal(facts.outcome, "rejected");
    assert.deepEqual(facts.detail, { failedPhase: "dialogue", answer: "220 hello..554 go away.." });
  });

  it("forgets what is refused with the next send", async (t) => {
    const steps: DialogueStep[] = [
      { kind: "reject", pattern: "^5" },
      expecting("^220"),
      sending("x"),
      expecting("^500"),
    ];
    assert.equal((await talk(t, answers("220\r\n", "500\r\n"), steps)).outcome, "open");
  });

  it("names the phase of the step that fails", async (t) => {
    const steps: DialogueStep[] = [
      { kind: "send_hex", hex: "01" },
      { kind: "expect_hex", hex: "01", phase: "version" },
      { kind: "send", text: "token", phase: "auth" },
      { kind: "expect_hex", hex: "00", phase: "auth" },
    ];
    const phases = [];
    for (const [version, auth] of [
      ["\x01", "\x07"],
      ["\x02", ""],
    ] as const) {
      const { outcome, detail } = await talk(t, answers("", version, auth), steps);
      phases.push([outcome, detail?.failedPhase, detail?.answer]);
    }
    assert.deepEqual(phases, [
      ["unexpected_answer", "auth", "."],
      ["unexpected_answer", "version", "."],
    ]);
  });

  it("tells silence, an end and another answer apart", async (t) => {
    const steps = [sending("hi"), expecting("hello")];
    const serves: Record<string, (socket: Socket) => void> = {
      silent: () => undefined,
      ends: (socket) => void socket.end(),
      resets: (socket) => void socket.on("data", () => socket.resetAndDestroy()),
      other: says("bye"),
      otherAndEnds: (socket) => void socket.end("bye"),
    };
    const seen: unknown[] = [];
    for (const serve of Object.values(serves)) {
      const { outcome, errorCode } = await talk(t, serve, steps, SHORT);
      seen.push([outcome, errorCode]);
    }
    assert.deepEqual(seen, [
      ["no_answer", undefined],
      ["closed_early", "FIN"],
      ["closed_early", "RST"],
      ["unexpected_answer", "NO_MATCH_IN_TIME"],
      ["unexpected_answer", "FIN"],
    ]);
  });

  it("takes the rest of an earlier line for no answer", async (t) => {
    const steps = [expecting("^220"), sending("EHLO"), expecting("^250")];
    const facts = await talk(t, says("220 the rest of the line\r\n"), steps, SHORT);
    assert.equal(facts.outcome, "no_answer");
  });

  it("waits for one answer no longer than the task allows", async (t) => {
    const port = await startServer(t, () => undefined);
    const beganMs = performance.now();
    const dialogue = { steps: [expecting("x")] };
    const facts = await probe(port, { dialogue, phaseTimeouts: { readMs: 60 } });
    assert.equal(facts.outcome, "no_answer");
    assert.ok(performance.now() - beganMs < 2_000);
  });

  it("is closed without an alert by OpenSSL, which answers plain text with nothing", async (t) => {
    const server = createTlsServer({ SNICallback: () => undefined });
    t.after(() => server.close());
    server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const dialogue = { steps: [sending("HELO probe.example.com\r\n"), expecting("250")] };
    const { outcome, errorCode } = await probe(port, { dialogue });
    assert.deepEqual([outcome, errorCode], ["closed_early", "FIN"]);
  });

  it("says that a server wants TLS if it answers with an alert", async (t) => {
    const alert = Buffer.from("15030300020228", "hex");
    const { outcome, detail } = await talk(t, says(alert), [sending("HELO"), expecting("250")]);
    assert.deepEqual([outcome, detail?.failedPhase], ["tls_required", "dialogue"]);
    const hex: DialogueStep[] = [{ kind: "expect_hex", hex: "00" }];
    assert.equal((await talk(t, says(alert), hex)).outcome, "tls_required");
  });

  it("tells that the server sends its client elsewhere", async (t) => {
    const port = await startServer(t, says("MOVED 10.0.0.7\r\n+OK\r\n"));
    const reconnectOnHex = Buffer.from("MOVED").toString("hex");
    const facts = await probe(port, { dialogue: { steps: [expecting("OK")], reconnectOnHex } });
    assert.equal(facts.sentElsewhere, true);
    assert.deepEqual([facts.outcome, facts.errorCode], ["rejected", "SENT_ELSEWHERE"]);
  });

  it("does not go on in TLS with bytes that came before it", async (t) => {
    const steps: DialogueStep[] = [expecting("^220"), { kind: "starttls" }];
    const facts = await talk(t, says("220 go on\r\n250 injected\r\n"), steps);
    assert.deepEqual([facts.outcome, facts.errorCode], ["unexpected_answer", "BYTES_BEFORE_TLS"]);
    assert.equal(facts.detail?.failedPhase, "tls");
  });
});

describe("a secret in a step", () => {
  const REFERENCE = "secretsmanager:prod/redis";
  const SECRET = `s3crét-\${marker}`;

  /** Knows one secret, and which were doubted. */
  function aReader(): SecretReader & { readonly doubted: string[] } {
    const doubted: string[] = [];
    return {
      doubted,
      read: async (reference) => {
        if (reference !== REFERENCE) throw new SecretError(reference, "ResourceNotFoundException");
        return SECRET;
      },
      doubt: (reference) => void doubted.push(reference),
    };
  }

  const steps: DialogueStep[] = [
    { kind: "send", text: `AUTH \${${REFERENCE}}\r\n`, phase: "auth" },
    { kind: "reject", pattern: "^-" },
    { kind: "expect", pattern: "^\\+OK(?P<said>.*)", phase: "auth" },
  ];

  it("is sent as it is, and nothing of it is told", async (t) => {
    const heard = Promise.withResolvers<Buffer>();
    const port = await startServer(t, (socket) =>
      socket.on("data", (bytes) => {
        heard.resolve(bytes);
        socket.write(`+OK you said ${bytes}`);
      }),
    );
    const secrets = aReader();
    const facts = await probe(port, { dialogue: { steps } }, { secrets });
    assert.equal(String(await heard.promise), `AUTH ${SECRET}\r\n`);
    assert.deepEqual(facts.detail, { labels: { said: " you said AUTH ***." } });
    assert.deepEqual(secrets.doubted, []);
  });

  it("is doubted when the server refuses it, and cut out of what it said", async (t) => {
    const secrets = aReader();
    const serve = (socket: Socket) =>
      void socket.on("data", (bytes) => socket.write(`-ERR ${bytes}`));
    const facts = await talk(t, serve, steps, { secrets });
    assert.deepEqual([facts.outcome, facts.detail?.failedPhase], ["rejected", "auth"]);
    assert.equal(facts.detail?.answer, "-ERR AUTH ***..");
    assert.deepEqual(secrets.doubted, [REFERENCE]);
  });

  it("that can't be read says nothing of the target", async (t) => {
    const secrets = aReader();
    const facts = await talk(t, () => undefined, [sending(`\${ssm:other}`)], { secrets });
    assert.deepEqual(
      [facts.outcome, facts.errorCode],
      ["secret_unavailable", "ResourceNotFoundException"],
    );
    assert.deepEqual(secrets.doubted, []);
  });

  it("is not waited for beyond the check", async (t) => {
    const secrets = { read: () => new Promise<string>(() => undefined), doubt: () => undefined };
    const facts = await talk(t, () => undefined, steps, { secrets, timeoutMs: 50 });
    assert.deepEqual([facts.outcome, facts.errorCode], ["secret_unavailable", "ETIMEDOUT"]);
  });
});

describe("a server that ends at every point", () => {
  const WHOLE = "220 mail ready\r\n";
  const ENDS = { FIN: (socket: Socket) => socket.end(), RST: (s: Socket) => s.resetAndDestroy() };

  for (const [code, end] of Object.entries(ENDS))
    it(`is one clear kind with ${code}`, async (t) => {
      for (let length = 0; length <= WHOLE.length; length += 4) {
        const serve = async (socket: Socket) => {
          socket.write(WHOLE.slice(0, length));
          await once(socket, "data");
          end(socket);
        };
        const steps = [sending("x"), expecting("ready\r\n$")];
        const { outcome, errorCode } = await talk(t, serve, steps);
        if (length === WHOLE.length) assert.equal(outcome, "open");
        // A reset throws away what was not read yet.
        else if (length === 0) assert.deepEqual([outcome, errorCode], ["closed_early", code]);
        else
          assert.match(`${outcome} ${errorCode}`, /^(unexpected_answer|closed_early) (FIN|RST)$/);
      }
    });
});
