import assert from "node:assert/strict";
import { it } from "node:test";
import { createConnect, leanestDial } from "../../../../functions/probe/socket/socket.ts";
import { StallWatch, userClock, WATCHES } from "../../../../functions/probe/timing/timing.ts";
import { addressRules } from "../../../../shared/vet/vet.ts";
import { certify } from "../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../fakes/check-once.ts";
import { shows, startTlsServer } from "../../../fakes/tls-server.ts";

const root = certify({ commonName: "Root", isCa: true });
const good = shows(certify({ issuer: root }), root);
const expired = shows(certify({ issuer: root, untilMs: Date.now() - 1_000 }), root);

it("a check of each address tells which one's certificate has expired", async (t) => {
  const addresses = ["127.0.0.1", "127.0.0.2", "::1"];
  let port = 0;
  for (const host of addresses) {
    const identity = host === "127.0.0.2" ? expired : good;
    port = await startTlsServer(t, identity, undefined, { host, port });
  }
  const stalls = new StallWatch(WATCHES.kernel);
  const probe = new OneProbe(undefined, {
    network: {
      resolve: () => ({ kind: "resolved", addresses, dnsTimeMs: null }),
      connect: createConnect({ dial: leanestDial(), clock: userClock, stalls }),
      close: () => undefined,
    },
    rules: addressRules(["127.0.0.0/8", "::1/128"]),
  });
  const tls = { mode: "verified", verify: "subject_alt_name", ca: root.pem } as const;
  const most = deepTask(port, { tls, addressing: { mode: "each", required: "majority" } });
  const { outcome, detail } = await probe.check(most);
  assert.equal(outcome, "open");
  const parts = new Map(detail?.parts?.map((part) => [part.address, part.outcome]));
  const wanted = { "127.0.0.1": "open", "127.0.0.2": "tls_expired", "::1": "open" };
  assert.deepEqual(Object.fromEntries(parts), wanted);
  assert.equal(detail?.certificateFacts?.fault, "CERT_HAS_EXPIRED");
  assert.equal(detail?.failedPhase, undefined);

  const all = deepTask(port, { tls, addressing: { mode: "each", required: "all" } });
  const failed = await probe.check(all);
  assert.deepEqual([failed.outcome, failed.address], ["tls_expired", "127.0.0.2"]);
  assert.equal(failed.detail?.certificate?.id, detail?.certificate?.id);
  assert.deepEqual([probe.faults, probe.openCount], [[], 0]);
});
