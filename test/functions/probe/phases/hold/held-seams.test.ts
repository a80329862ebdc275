import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HeldCheck } from "../../../../../functions/probe/check/check.ts";
import type { TlsSettings } from "../../../../../shared/task/task.ts";
import { certify } from "../../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../../fakes/check-once.ts";
import { FakeSecrets } from "../../../../fakes/secrets.ts";
import { shows, startTlsServer } from "../../../../fakes/tls-server.ts";

const root = certify({ commonName: "Root", isCa: true });
const good = shows(certify({ issuer: root }), root);
const tls: TlsSettings = { mode: "verified", verify: "subject_alt_name", ca: root.pem };

/** A probe that holds, and what it holds. */
function holding(secrets?: FakeSecrets) {
  const taken: HeldCheck[] = [];
  const hold = (held: HeldCheck) => void taken.push(held);
  const holder = { longestMs: 3_600_000, attach: () => undefined, hold };
  return { probe: new OneProbe(secrets, { holder }), taken };
}

describe("a connection held in TLS", () => {
  it("ends with the goodbye of its greeting if its task says no other", async (t) => {
    const heard: string[] = [];
    const port = await startTlsServer(t, good, (socket) => {
      socket.write("220 mail\r\n");
      socket.on("data", (bytes) => heard.push(String(bytes)));
      socket.on("end", () => heard.push("end"));
    });
    const { probe, taken } = holding();
    const task = deepTask(port, { tls, greeting: "smtp", hold: { holdMs: 100 } });
    const result = await probe.check(task);
    assert.deepEqual([result.outcome, result.heldMs], ["open", 0]);
    const [held] = taken;
    assert.ok(held !== undefined);
    const facts = await held.holding.ended;
    assert.deepEqual([facts.outcome, facts.detail?.holdEnd], ["open", "ours"]);
    held.close();
    while (heard.at(-1) !== "end") await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(heard, ["QUIT\r\n", "end"]);
  });

  it("tells that it was ended by FIN, without a part of a secret", async (t) => {
    const secret = `s3cret-${"x".repeat(60)}-marker`;
    const port = await startTlsServer(t, good, (socket) => {
      socket.once("data", (bytes) => {
        socket.write("ok\n");
        // The cut to the last words goes through the secret.
        socket.write(`you said ${String(bytes)}${".".repeat(100)}`);
        setTimeout(() => socket.end(), 100);
      });
    });
    const { probe, taken } = holding(new FakeSecrets({ "file:token": secret }));
    const steps = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference
      { kind: "send", text: "${file:token}" },
      { kind: "expect", pattern: "^ok\\n" },
    ] as const;
    const deep = { tls, dialogue: { steps }, hold: { holdMs: 5_000 } };
    assert.equal((await probe.check(deepTask(port, deep))).outcome, "open");
    const [held] = taken;
    assert.ok(held !== undefined);
    const facts = await held.holding.ended;
    held.close();
    assert.deepEqual([facts.outcome, facts.errorCode], ["closed_early", "FIN"]);
    assert.equal(facts.detail?.holdEnd, "fin");
    assert.doesNotMatch(JSON.stringify(facts), /x{4}|marker|s3cret/);
    assert.match(facts.detail?.answer ?? "", /\.{100}$/);
  });
});
