import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startAny } from "../../../../functions/probe/check/race-addresses.ts";
import type { CheckServices } from "../../../../functions/probe/check/services.ts";
import type { ProbeFacts } from "../../../../functions/probe/probers/probers.ts";
import { addressRules } from "../../../../shared/vet/vet.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";
import { type Answer, aDeepTask, checkInLayers, fails, opens, SILENT } from "./layers-rig.ts";

const ANY = { addressing: { mode: "any" } } as const;
const REFUSED = fails("ECONNREFUSED", 10);

/** Checks a name with these addresses, which answer so. */
function race(
  answers: Readonly<Record<string, Answer | typeof SILENT>>,
  different: Partial<Parameters<typeof checkInLayers>[0]> = {},
) {
  const addresses = Object.keys(answers);
  return checkInLayers({
    deep: ANY,
    resolution: () => ({ kind: "resolved", addresses, dnsTimeMs: null }),
    answer: (address) => answers[address] ?? assert.fail(address),
    ...different,
  });
}

describe("a check of any address", () => {
  it("tries no other if the first answers soon, and asks for both families", async () => {
    const { result, connects, wishes } = await race({
      "127.0.0.1": opens(20),
      "127.0.0.2": opens(1),
    });
    assert.deepEqual(wishes, [{ scope: "racing" }]);
    assert.deepEqual(connects, [{ address: "127.0.0.1", timeoutMs: 5_000, atMs: 0 }]);
    assert.equal(result?.address, "127.0.0.1");
    assert.equal(result.detail, null);
  });

  it("tries the next at once if one fails, and says which answered", async () => {
    const { result, connects, slotAtMs } = await race({
      "127.0.0.1": REFUSED,
      "127.0.0.2": opens(5),
    });
    assert.deepEqual(connects, [
      { address: "127.0.0.1", timeoutMs: 5_000, atMs: 0 },
      { address: "127.0.0.2", timeoutMs: 4_990, atMs: 10 },
    ]);
    assert.equal(result?.outcome, "open");
    assert.equal(result.address, "127.0.0.2");
    assert.equal(result.connectTimeMs, 5);
    assert.equal(result.startedAtMs, slotAtMs);
    assert.deepEqual(result.detail?.parts, [
      { address: "127.0.0.1", outcome: "refused", connectTimeMs: null },
      { address: "127.0.0.2", outcome: "open", connectTimeMs: 5 },
    ]);
  });

  it("tries the next every 250 ms while the others are pending, and gives them up for the first", async () => {
    const { result, connects, dropped, endedAtMs } = await race({
      "127.0.0.1": SILENT,
      "127.0.0.2": opens(1_000),
      "127.0.0.3": opens(5),
      "127.0.0.4": opens(5),
    });
    assert.deepEqual(
      connects.map(({ atMs }) => atMs),
      [0, 250, 500],
    );
    assert.equal(endedAtMs, 505);
    assert.equal(result?.address, "127.0.0.3");
    assert.deepEqual(dropped, ["127.0.0.1", "127.0.0.2"]);
    assert.equal(result.detail, null);
  });

  it("takes the first that connects, not the first that was tried", async () => {
    const { result, dropped } = await race({ "127.0.0.1": opens(400), "127.0.0.2": opens(200) });
    assert.equal(result?.address, "127.0.0.1");
    assert.deepEqual(dropped, ["127.0.0.2"]);
    const other = await race({ "127.0.0.1": opens(460), "127.0.0.2": opens(200) });
    assert.equal(other.result?.address, "127.0.0.2");
  });

  it("fails as the first address does if all fail, within one timeout", async () => {
    const { result, endedAtMs } = await race(
      { "127.0.0.1": SILENT, "127.0.0.2": REFUSED, "127.0.0.3": SILENT },
      { task: { timeoutMs: 2_000 } },
    );
    assert.equal(endedAtMs, 2_000);
    assert.equal(result?.outcome, "timeout");
    assert.deepEqual(
      result.detail?.parts?.map(({ outcome }) => outcome),
      ["timeout", "refused", "timeout"],
    );
  });

  it("prefers a failure that counts to one that does not", async () => {
    const { result } = await race({ "127.0.0.1": fails("EMFILE", 1), "127.0.0.2": REFUSED });
    assert.equal(result?.outcome, "refused");
  });

  it("tries no more when its time is over", async () => {
    const addresses = Array.from({ length: 9 }, (_, i) => `127.0.0.${i + 1}`);
    const { connects } = await race(
      Object.fromEntries(addresses.map((address) => [address, SILENT])),
      { task: { timeoutMs: 1_000 } },
    );
    assert.deepEqual(
      connects.map(({ atMs, timeoutMs }) => [atMs, timeoutMs]),
      [
        [0, 1_000],
        [250, 750],
        [500, 500],
        [750, 250],
      ],
    );
  });

  it("begins with IPv6 and takes turns where there is a route", async () => {
    const { connects } = await race(
      { "127.0.0.1": REFUSED, "127.0.0.2": REFUSED, "::1": REFUSED },
      { services: { hasIpv6Route: true } },
    );
    assert.deepEqual(
      connects.map(({ address }) => address),
      ["::1", "127.0.0.1", "127.0.0.2"],
    );
  });

  it("never connects to an address that is not allowed", async () => {
    const { result, connects } = await race({ "10.0.0.1": opens(1), "127.0.0.2": opens(1) });
    assert.deepEqual(
      connects.map(({ address }) => address),
      ["127.0.0.2"],
    );
    assert.equal(result?.outcome, "open");
    const blocked = await race({ "10.0.0.1": opens(1), "10.0.0.2": opens(1) });
    assert.equal(blocked.result?.outcome, "blocked");
    assert.deepEqual(blocked.connects, []);
  });

  it("asks the prober once, about the address that answered", async () => {
    const asked: string[] = [];
    const { result } = await race(
      { "127.0.0.1": REFUSED, "127.0.0.2": opens(5), "127.0.0.3": opens(5) },
      {
        deep: { ...ANY, greeting: "ssh" },
        prober: (_, { address }) => {
          asked.push(address);
          return { outcome: "no_answer", detail: { failedPhase: "greeting" } };
        },
      },
    );
    assert.deepEqual(asked, ["127.0.0.2"]);
    assert.equal(result?.outcome, "no_answer");
    assert.equal(result.detail?.failedPhase, "greeting");
  });

  it("closes a connection that is open a moment too late", async () => {
    // Both are told of in the same turn.
    const asked: string[] = [];
    const { result } = await race(
      { "127.0.0.1": opens(260), "127.0.0.2": opens(10) },
      {
        deep: { ...ANY, greeting: "ssh" },
        prober: (_, { address }) => {
          asked.push(address);
          return { outcome: "open" };
        },
      },
    );
    assert.equal(asked.length, 1);
    assert.equal(result?.address, asked[0]);
  });

  it("races anew if the server sends it elsewhere", async () => {
    let asked = 0;
    const elsewhere: ProbeFacts = { outcome: "unexpected_answer", sentElsewhere: true };
    const { result, wishes, connects } = await race(
      { "127.0.0.1": REFUSED, "127.0.0.2": opens(5) },
      {
        deep: { ...ANY, dialogue: { steps: [], reconnectOnHex: "ff" } },
        prober: () => (asked++ === 0 ? elsewhere : { outcome: "open" }),
      },
    );
    assert.deepEqual(wishes, [{ scope: "racing" }, { scope: "racing", anew: true }]);
    assert.equal(connects.length, 4);
    assert.deepEqual(
      connects.map(({ timeoutMs }) => timeoutMs),
      [5_000, 4_990, 4_985, 4_975],
    );
    assert.equal(result?.outcome, "open");
    assert.equal(result.reconnectCount, 1);
  });

  it("has no result if it is stopped", async () => {
    const { result } = await race(
      { "127.0.0.1": SILENT, "127.0.0.2": SILENT },
      {
        meanwhile: async ({ stop, sleep }) => {
          await sleep(600);
          stop();
        },
      },
    );
    assert.equal(result, null);
  });
});

it("startAny tells once, also if no address gets a token and all end at once", () => {
  const clock = new VirtualClock(0);
  const addresses = ["127.0.0.1", "127.0.0.2"];
  const services: Partial<CheckServices> = {
    clock,
    limiter: { take: () => null },
    rules: addressRules(["127.0.0.0/8"]),
    network: {
      resolve: () => ({ kind: "resolved", addresses, dnsTimeMs: null }),
      connect: () => assert.fail("It connects"),
      close: () => undefined,
    },
    signal: new AbortController().signal,
  };
  const told: unknown[] = [];
  const input = { task: aDeepTask(ANY), taskIndex: 0, slotAtMs: 0 };
  startAny(input, services as CheckServices, {
    checked: (_, result) => told.push(result?.outcome),
    broke: (fault) => assert.fail(String(fault)),
  });
  assert.deepEqual(told, ["rate_limited"]);
});
