import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KnownAddresses } from "../../../../functions/probe/check/check.ts";
import type { CertificateNote } from "../../../../shared/result/result.ts";
import type { Addressing } from "../../../../shared/task/task.ts";
import { type Answer, checkInLayers, fails, opens, SILENT } from "./layers-rig.ts";

type Required = Extract<Addressing, { mode: "each" }>["required"];
type Different = Partial<Parameters<typeof checkInLayers>[0]>;
type Answers = Readonly<Record<string, Answer | typeof SILENT>>;

const REFUSED = fails("ECONNREFUSED", 10);
const each = (required: Required = "all") => ({ addressing: { mode: "each", required } }) as const;

/** Checks each of these addresses, which answer so. */
function checkEach(answers: Answers, required: Required = "all", different: Different = {}) {
  const addresses = Object.keys(answers);
  return checkInLayers({
    deep: each(required),
    resolution: () => ({ kind: "resolved", addresses, dnsTimeMs: null }),
    answer: (address) => answers[address] ?? assert.fail(address),
    ...different,
  });
}

describe("a check of each address", () => {
  it("connects to all at once, and has the figures of the slowest", async () => {
    const { result, connects, wishes } = await checkEach({
      "127.0.0.2": opens(30),
      "127.0.0.1": opens(50),
      "::1": opens(40),
    });
    assert.deepEqual(wishes, [{ scope: "every" }]);
    assert.deepEqual(
      connects.map(({ address, atMs, timeoutMs }) => [address, atMs, timeoutMs]),
      ["127.0.0.1", "127.0.0.2", "::1"].map((address) => [address, 0, 5_000]),
    );
    assert.equal(result?.outcome, "open");
    assert.equal(result.address, "127.0.0.1");
    assert.equal(result.connectTimeMs, 50);
    assert.deepEqual(result.detail, {
      parts: [
        { address: "127.0.0.1", outcome: "open", connectTimeMs: 50 },
        { address: "127.0.0.2", outcome: "open", connectTimeMs: 30 },
        { address: "::1", outcome: "open", connectTimeMs: 40 },
      ],
    });
  });

  it("fails by the first address that does", async () => {
    const { result } = await checkEach({
      "127.0.0.1": opens(5),
      "127.0.0.2": fails("ECONNRESET", 90),
      "127.0.0.3": REFUSED,
    });
    assert.equal(result?.outcome, "reset");
    assert.equal(result.address, "127.0.0.2");
    assert.equal(result.connectTimeMs, null);
  });

  const RULES = [
    ["majority", 2, "open"],
    ["majority", 1, "refused"],
    [1, 1, "open"],
    [2, 1, "refused"],
    ["all", 3, "open"],
    ["all", 2, "refused"],
  ] as const;
  for (const [required, passing, outcome] of RULES)
    it(`is ${outcome} if ${passing} of 3 pass and ${required} must`, async () => {
      const of = (at: number) => (at <= passing ? opens(5) : REFUSED);
      const answers = { "127.0.0.1": of(1), "127.0.0.2": of(2), "127.0.0.3": of(3) };
      const { result } = await checkEach(answers, required);
      assert.equal(result?.outcome, outcome);
      assert.equal(result.detail?.parts?.length, 3);
    });

  it("fails if there are fewer addresses than must pass", async () => {
    const { result } = await checkEach({ "127.0.0.1": opens(5), "127.0.0.2": opens(5) }, 3);
    assert.equal(result?.outcome, "dns_not_found");
    assert.equal(result.errorCode, "TOO_FEW_ADDRESSES");
    assert.equal(result.connectTimeMs, null);
    assert.equal(result.detail?.parts?.length, 2);
  });

  it("never connects to a blocked one among them, which fails", async () => {
    const { result, connects } = await checkEach({ "127.0.0.1": opens(5), "10.0.0.7": opens(5) });
    assert.deepEqual(
      connects.map(({ address }) => address),
      ["127.0.0.1"],
    );
    assert.equal(result?.outcome, "blocked");
    assert.equal(result.address, null);
    assert.deepEqual(result.detail?.parts, [
      { address: "10.0.0.7", outcome: "blocked", connectTimeMs: null },
      { address: "127.0.0.1", outcome: "open", connectTimeMs: 5 },
    ]);
  });

  it("is blocked at once if all are", async () => {
    const { result, connects } = await checkEach({ "10.0.0.1": opens(5), "10.0.0.2": opens(5) });
    assert.deepEqual(connects, []);
    assert.equal(result?.outcome, "blocked");
  });

  it("counts in neither way if what this machine can't do would decide it", async () => {
    const open = { "127.0.0.1": opens(5), "127.0.0.2": fails("EMFILE", 1) };
    assert.equal((await checkEach(open)).result?.outcome, "internal");
    assert.equal((await checkEach(open, 1)).result?.outcome, "open");
    const down = { "127.0.0.1": REFUSED, "127.0.0.2": fails("EMFILE", 1) };
    assert.equal((await checkEach(down)).result?.outcome, "refused");
  });

  it("asks the prober about each address, and counts all bytes", async () => {
    const figures = { sentBytes: 2, receivedBytes: 3, dialogueTimeMs: 7 };
    const { result } = await checkEach({ "127.0.0.1": opens(5), "127.0.0.2": opens(9) }, "all", {
      deep: { ...each(), greeting: "ssh" },
      prober: (_, { address }) =>
        address === "127.0.0.1"
          ? { outcome: "open", figures: { ...figures, dialogueTimeMs: 70 } }
          : { outcome: "open", figures },
    });
    assert.equal(result?.address, "127.0.0.1");
    assert.equal(result.dialogueTimeMs, 70);
    assert.deepEqual([result.sentBytes, result.receivedBytes], [4, 6]);
  });

  it("tells of the certificate that ends first, whichever address is the slowest", async () => {
    const certificate = (id: string, untilMs: number): CertificateNote => ({
      id,
      fromMs: 0,
      untilMs,
    });
    for (const slowest of ["127.0.0.1", "127.0.0.2"]) {
      const of = (address: string) => opens(address === slowest ? 50 : 5);
      const answers = { "127.0.0.1": of("127.0.0.1"), "127.0.0.2": of("127.0.0.2") };
      const { result } = await checkEach(answers, "all", {
        deep: { ...each(), tls: { mode: "verified", verify: "none" } },
        prober: (_, { address }) => ({
          outcome: "open",
          detail: {
            labels: { address },
            certificate: address === "127.0.0.1" ? certificate("b", 900) : certificate("a", 1_000),
          },
        }),
      });
      assert.equal(result?.address, slowest);
      assert.deepEqual(result.detail?.labels, { address: slowest });
      assert.deepEqual(result.detail?.certificate, certificate("b", 900));
    }
  });

  it("holds none of its connections", async () => {
    const rechecks: boolean[] = [];
    await checkEach({ "127.0.0.1": opens(5) }, "all", {
      deep: { ...each(), hold: { holdMs: 1_000 } },
      prober: (_, { isRecheck }) => {
        rechecks.push(isRecheck);
        return { outcome: "open" };
      },
    });
    assert.deepEqual(rechecks, [true]);
  });

  it("stays at an address whose server sends it elsewhere", async () => {
    const sent = new Set<string>();
    const { result, connects, wishes } = await checkEach(
      { "127.0.0.1": opens(5), "127.0.0.2": opens(5) },
      "all",
      {
        deep: { ...each(), dialogue: { steps: [], reconnectOnHex: "ff" } },
        prober: (_, { address }) => {
          if (sent.has(address)) return { outcome: "open" };
          sent.add(address);
          return { outcome: "unexpected_answer", sentElsewhere: true };
        },
      },
    );
    assert.equal(wishes.length, 1);
    assert.equal(connects.length, 4);
    assert.equal(result?.outcome, "open");
    assert.equal(result.reconnectCount, 2);
  });

  it("has no result if one address was not checked in time", async () => {
    const { result } = await checkEach({ "127.0.0.1": opens(5), "127.0.0.2": SILENT }, "all", {
      meanwhile: async ({ stop, sleep }) => {
        await sleep(600);
        stop();
      },
    });
    assert.equal(result, null);
  });

  it("says which family could not be looked up", async () => {
    const unresolved = { family: "ipv6", outcome: "dns_timeout" } as const;
    const { result } = await checkEach({ "127.0.0.1": opens(5) }, "all", {
      resolution: () => ({
        kind: "resolved",
        addresses: ["127.0.0.1"],
        unresolved,
        dnsTimeMs: null,
      }),
    });
    assert.equal(result?.outcome, "open");
    assert.deepEqual(result.detail?.unresolved, unresolved);
  });

  it("says which addresses have appeared and left since the last check", async () => {
    const services = { knownAddresses: new KnownAddresses() };
    const A = { "127.0.0.1": opens(5) };
    const B = { "127.0.0.2": REFUSED };
    const changes = async (answers: Answers, different: Different = {}) => {
      const { result } = await checkEach(answers, "all", { services, ...different });
      return [result?.detail?.appeared, result?.detail?.left];
    };
    assert.deepEqual(await changes(A), [undefined, undefined]);
    assert.deepEqual(await changes({ ...A, ...B }), [["127.0.0.2"], undefined]);
    assert.deepEqual(await changes({ ...A, ...B }), [undefined, undefined]);
    // A recheck tells nothing, and the next check does.
    assert.deepEqual(await changes(B, { input: { isRecheck: true } }), [undefined, undefined]);
    assert.deepEqual(await changes(B), [undefined, ["127.0.0.1"]]);
    assert.deepEqual(await changes(A), [["127.0.0.1"], ["127.0.0.2"]]);
  });

  it("says so once, with the attempt that is told", async () => {
    const services = { knownAddresses: new KnownAddresses() };
    services.knownAddresses.note("t", ["127.0.0.1"], undefined);
    let made = 0;
    const retry = {
      maxAttempts: 3,
      initialBackoffMs: 1,
      multiplier: 1,
      maxBackoffMs: 1,
      jitter: 0,
    };
    const { result } = await checkEach({ "127.0.0.2": opens(5) }, "all", {
      services,
      deep: { ...each(), retry },
      answer: () => (made++ === 0 ? REFUSED : opens(5)),
    });
    assert.deepEqual(result?.detail?.appeared, ["127.0.0.2"]);
    assert.deepEqual(result.detail.retried, ["refused"]);
  });
});

describe("KnownAddresses", () => {
  it("takes an address of a family that was not looked up for one that is still there", () => {
    const known = new KnownAddresses();
    known.note("t", ["127.0.0.1", "::1"], undefined);
    const v6Failed = { family: "ipv6", outcome: "dns_timeout" } as const;
    assert.deepEqual(known.note("t", ["127.0.0.1"], v6Failed), {});
    assert.deepEqual(known.note("t", ["127.0.0.1"], undefined), { left: ["::1"] });
  });

  it("forgets the task that was checked longest ago when there are more than four thousand", () => {
    const known = new KnownAddresses();
    for (let i = 0; i < 4_000; i++) known.note(`t${i}`, ["127.0.0.1"], undefined);
    known.note("t0", ["127.0.0.1"], undefined);
    known.note("one more", ["127.0.0.1"], undefined);
    assert.deepEqual(known.note("t0", ["127.0.0.2"], undefined).appeared, ["127.0.0.2"]);
    assert.deepEqual(known.note("t1", ["127.0.0.2"], undefined), {});
  });
});
