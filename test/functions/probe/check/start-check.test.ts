import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_LIMITS } from "../../../../functions/probe/check/no-limits.ts";
import { checkTarget } from "../../../../functions/probe/check/start-check.ts";
import type { Resolution } from "../../../../functions/probe/dns/dns.ts";
import { aTask } from "../../../fakes/results.ts";
import { aRig, NOON, networkOf, openAfter } from "../rig.ts";

const FOUND = { kind: "resolved", addresses: ["1.1.1.1"] } as const;
const SILENT = { kind: "failed", outcome: "dns_timeout" } as const;

type Ending = typeof FOUND | typeof SILENT;

/** Checks a name whose look-up waits for its turn, and then for name servers. */
async function check(ending: Ending, queuedMs: number, dnsTimeMs: number, slotAtMs = NOON) {
  const rig = aRig();
  const services = rig.startProcess();
  const resolve = async (): Promise<Resolution> => {
    await rig.clock.sleep(queuedMs + dnsTimeMs);
    return { ...ending, dnsTimeMs };
  };
  const network = { ...networkOf(openAfter(rig.clock, 20)), resolve };
  const observer = {
    noteGrant: () => undefined,
    noteRemeasured: () => undefined,
    noteProberFault: () => assert.fail(),
  };
  const { signal } = new AbortController();
  const input = { task: aTask("t"), taskIndex: 0, slotAtMs };
  return await rig.clock.run(
    checkTarget(input, {
      ...services,
      admission: services.pacer,
      limiter: NO_LIMITS,
      network,
      observer,
      signal,
    }),
  );
}

describe("checkTarget of a name", () => {
  const CASES = [
    ["begins with the question to the name server", FOUND, 0, 300, NOON, "open"],
    ["does not begin while it waits for its turn to ask", FOUND, 2_000, 300, NOON + 2_000, "open"],
    ["may be asked at the end of the slack", FOUND, 5_000, 300, NOON + 5_000, "open"],
    ["counts a silent server after the turn", SILENT, 5_000, 3_000, NOON + 5_000, "dns_timeout"],
  ] as const;
  for (const [what, ending, queuedMs, dnsTimeMs, startedAtMs, outcome] of CASES)
    it(what, async () => {
      const result = await check(ending, queuedMs, dnsTimeMs);
      assert.equal(result?.outcome, outcome);
      assert.equal(result.startedAtMs, startedAtMs);
      assert.equal(result.dnsTimeMs, dnsTimeMs);
    });

  for (const ending of [FOUND, SILENT])
    it(`is missed, not ${ending.kind}, if its turn came after the slack`, async () => {
      assert.equal(await check(ending, 5_001, 20), null);
    });
});
