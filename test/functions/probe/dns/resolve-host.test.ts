import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { DNS_DEADLINE_MS } from "../../../../functions/probe/dns/ask-name-servers.ts";
import { parseHosts } from "../../../../functions/probe/dns/parse-hosts.ts";
import { createDnsClient, type DnsClient } from "../../../../functions/probe/dns/query-dns.ts";
import { createHostResolver } from "../../../../functions/probe/dns/resolve-host.ts";
import { systemClock } from "../../../../functions/probe/timing/timing.ts";
import {
  type DnsQuestion,
  type DnsReply,
  type DnsServer,
  NOERROR,
  NXDOMAIN,
  REFUSED,
  SERVFAIL,
  startDnsServer,
} from "../../../fakes/dns-server.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

type Answering = (question: DnsQuestion) => DnsReply | Promise<DnsReply>;

const SETUP = { clock: systemClock, startsPerSecond: 1_600, hasIpv6Route: true };

interface Different {
  readonly hosts?: string;
  readonly hasIpv6Route?: boolean;
}

async function startResolver(t: TestContext, answer: Answering, different: Different = {}) {
  const server = await startDnsServer(answer);
  const dns = createDnsClient([server.address]);
  const { hosts = "", ...use } = different;
  const { resolve, close } = createHostResolver({
    ...{ ...SETUP, dns, hosts: parseHosts(hosts) },
    ...use,
  });
  t.after(async () => {
    close();
    await server.close();
  });
  return { resolve, server };
}

function typesAsked(server: DnsServer): string[] {
  return server.questions.map((question) => question.type);
}

const A = (...addresses: string[]): DnsReply => ({ addresses, ttlSeconds: 60 });

const byType =
  (v4: DnsReply, v6: DnsReply): Answering =>
  ({ type }) =>
    type === "A" ? v4 : v6;

describe("createHostResolver over DNS", () => {
  it("gives all addresses in the server's order and the time that it took", async (t) => {
    const { resolve } = await startResolver(t, () => A("192.0.2.2", "192.0.2.1", "192.0.2.3"));
    const found = await resolve("many.test", "any");
    assert.ok(found.kind === "resolved");
    assert.deepEqual(found.addresses, ["192.0.2.2", "192.0.2.1", "192.0.2.3"]);
    assert.ok(found.dnsTimeMs !== null && found.dnsTimeMs > 0);
  });

  const FAMILIES = [
    ["any", byType(A("192.0.2.1"), A("2001:db8::1")), ["192.0.2.1"], ["A"]],
    ["any", byType({ rcode: NOERROR }, A("2001:db8::1")), ["2001:db8::1"], ["A", "AAAA"]],
    ["ipv4", byType(A("192.0.2.1"), A("2001:db8::1")), ["192.0.2.1"], ["A"]],
    ["ipv6", byType(A("192.0.2.1"), A("2001:db8::1")), ["2001:db8::1"], ["AAAA"]],
  ] as const;
  for (const [family, answer, addresses, asked] of FAMILIES)
    it(`asks ${asked.join(" and then ")} for ${family}`, async (t) => {
      const { resolve, server } = await startResolver(t, answer);
      const found = await resolve("family.test", family);
      assert.deepEqual(found.kind === "resolved" && found.addresses, addresses);
      assert.deepEqual(typesAsked(server), asked);
    });

  const FALLBACKS: readonly (readonly [string, DnsReply])[] = [
    ["has no such record", { rcode: NOERROR }],
    ["is an alias of a name without one", { alias: "six.test", addresses: [], ttlSeconds: 60 }],
    ["has the wrong record", A("2001:db8::bad")],
    ["does not exist, says the server", { rcode: NXDOMAIN }],
    ["fails", { rcode: SERVFAIL }],
    ["is refused", { rcode: REFUSED }],
    ["has half an answer", "half"],
    ["has an answer that is cut off, and no server for the rest", "truncated"],
    ["has no answer at all", "silence"],
  ];
  for (const [what, v4] of FALLBACKS)
    it(`finds the AAAA record where the A record ${what}`, async (t) => {
      const { resolve } = await startResolver(t, byType(v4, A("2001:db8::1")));
      const found = await resolve("six.test", "any");
      assert.deepEqual(found.kind === "resolved" && found.addresses, ["2001:db8::1"]);
    });

  it("prefers the A record of a slow server to the AAAA record that is here before", async (t) => {
    const { resolve, server } = await startResolver(t, async ({ type }) => {
      if (type === "AAAA") return A("2001:db8::1");
      // c-ares asks again after a second; the first question stays without an answer.
      return server.questions.length === 1 ? "silence" : A("192.0.2.1");
    });
    const found = await resolve("slow.test", "any");
    assert.deepEqual(found.kind === "resolved" && found.addresses, ["192.0.2.1"]);
  });

  it("follows an alias to its addresses", async (t) => {
    const alias = { alias: "b.test", addresses: ["192.0.2.1"], ttlSeconds: 60 };
    const { resolve } = await startResolver(t, () => alias);
    const found = await resolve("a.test", "any");
    assert.deepEqual(found.kind === "resolved" && found.addresses, ["192.0.2.1"]);
  });

  it("gives two hundred addresses", async (t) => {
    const many = Array.from({ length: 200 }, (_, i) => `192.0.2.${i}`);
    const { resolve } = await startResolver(t, () => A(...many));
    const found = await resolve("many.test", "any");
    assert.deepEqual(found.kind === "resolved" && found.addresses, many);
  });

  const WITHOUT_ROUTE = [
    ["dns_failed", { rcode: SERVFAIL }, ["A"]],
    ["dns_not_found", { rcode: NXDOMAIN }, ["A"]],
    ["2001:db8::1", { rcode: NOERROR }, ["A", "AAAA"]],
  ] as const;
  for (const [expected, v4, asked] of WITHOUT_ROUTE)
    it(`says ${expected} without an IPv6 route for rcode ${v4.rcode}`, async (t) => {
      const answer = byType(v4, A("2001:db8::1"));
      const { resolve, server } = await startResolver(t, answer, { hasIpv6Route: false });
      const found = await resolve("six.test", "any");
      assert.equal(found.kind === "failed" ? found.outcome : found.addresses[0], expected);
      assert.deepEqual([...new Set(typesAsked(server))], asked);
    });

  const NO_ADDRESS: DnsReply = { alias: "nowhere.test", addresses: [], ttlSeconds: 60 };
  const FAILURES = [
    ["a name that does not exist", { rcode: NXDOMAIN }, "any", "dns_not_found"],
    ["a name without addresses", { rcode: NOERROR }, "any", "dns_not_found"],
    ["a name without IPv4", { rcode: NOERROR }, "ipv4", "dns_not_found"],
    ["a server that fails", { rcode: SERVFAIL }, "any", "dns_failed"],
    ["a server that refuses", { rcode: REFUSED }, "any", "dns_failed"],
    ["an alias of nothing", NO_ADDRESS, "any", "dns_not_found"],
    ["an alias of nothing", NO_ADDRESS, "ipv4", "dns_not_found"],
    ["an alias of nothing", NO_ADDRESS, "ipv6", "dns_not_found"],
    ["half an answer", "half", "any", "dns_failed"],
    ["an answer that is cut off", "truncated", "any", "dns_failed"],
    [
      "an A record that does not exist and an AAAA record that fails",
      byType({ rcode: NXDOMAIN }, { rcode: SERVFAIL }),
      "any",
      "dns_not_found",
    ],
    [
      "an A record that fails and a name that does not exist",
      byType({ rcode: SERVFAIL }, { rcode: NXDOMAIN }),
      "any",
      "dns_not_found",
    ],
    [
      "an A record that fails and no AAAA record",
      byType({ rcode: SERVFAIL }, { rcode: NOERROR }),
      "any",
      "dns_failed",
    ],
    [
      "no A record and an AAAA record that fails",
      byType({ rcode: NOERROR }, { rcode: SERVFAIL }),
      "any",
      "dns_failed",
    ],
    [
      "no A record and silence for AAAA",
      byType({ rcode: NOERROR }, "silence"),
      "any",
      "dns_timeout",
    ],
  ] as const;
  for (const [what, reply, family, outcome] of FAILURES)
    it(`reports ${outcome} for ${what}`, async (t) => {
      const answer = typeof reply === "function" ? reply : () => reply;
      const { resolve } = await startResolver(t, answer);
      const failed = await resolve("failing.test", family);
      assert.equal(failed.kind === "failed" && failed.outcome, outcome);
      assert.notEqual(failed.dnsTimeMs, null);
    });

  it("reports dns_failed where nobody listens", async (t) => {
    // A port that was just given back may be another test's name server by now.
    const dns = createDnsClient(["127.0.0.1:1"]);
    const { resolve, close } = createHostResolver({ ...SETUP, dns, hosts: parseHosts("") });
    t.after(close);
    const failed = await resolve("nobody.test", "ipv4");
    assert.ok(failed.kind === "failed");
    assert.match(failed.outcome, /^dns_(failed|timeout)$/);
  });

  it("reports dns_timeout for a silent server, at the deadline", async (t) => {
    const { resolve } = await startResolver(t, () => "silence");
    const failed = await resolve("silent.test", "any");
    assert.equal(failed.kind === "failed" && failed.outcome, "dns_timeout");
    assert.ok(failed.dnsTimeMs !== null && failed.dnsTimeMs >= 1_000);
  });

  it("takes the answer of a slow server", async (t) => {
    const { resolve } = await startResolver(t, async () => {
      await systemClock.sleep(150);
      return A("192.0.2.9");
    });
    const found = await resolve("slow.test", "any");
    assert.deepEqual(found.kind === "resolved" && found.addresses, ["192.0.2.9"]);
    assert.ok(found.dnsTimeMs !== null && found.dnsTimeMs >= 145);
  });

  it("asks once for many that want the same name at once", async (t) => {
    const { resolve, server } = await startResolver(t, () => A("192.0.2.1"));
    const all = await Promise.all(Array.from({ length: 50 }, () => resolve("Same.Test.", "any")));
    assert.equal(server.questions.length, 1);
    for (const found of all) assert.notEqual(found.dnsTimeMs, null);
    const later = await resolve("same.test", "any");
    assert.deepEqual(later, { kind: "resolved", addresses: ["192.0.2.1"], dnsTimeMs: null });
    assert.equal(server.questions.length, 1);
  });
});

describe("createHostResolver without DNS", () => {
  const HOSTS = "10.0.0.7 db\nfd12::7 db six\n10.0.0.8 Dotted.Test.";
  const CASES = [
    ["192.0.2.1", "any", ["192.0.2.1"]],
    ["2001:db8::1", "any", ["2001:db8::1"]],
    ["localhost", "any", ["127.0.0.1"], ["::1"]],
    ["LocalHost.", "ipv6", ["::1"]],
    ["db", "any", ["10.0.0.7"], ["fd12::7"]],
    ["db", "ipv6", ["fd12::7"]],
    ["six", "any", ["fd12::7"]],
    ["DB.", "ipv4", ["10.0.0.7"]],
    ["dotted.test", "any", ["10.0.0.8"]],
    ["dotted.test.", "any", ["10.0.0.8"]],
  ] as const;
  for (const [name, family, addresses, otherFamily = []] of CASES)
    it(`resolves ${name} (${family}) without a question`, async (t) => {
      const { resolve, server } = await startResolver(t, () => ({ rcode: SERVFAIL }), {
        hosts: HOSTS,
      });
      assert.deepEqual(await resolve(name, family), {
        kind: "resolved",
        addresses,
        otherFamily,
        dnsTimeMs: null,
      });
      assert.equal(server.questions.length, 0);
    });

  it("asks DNS where the hosts file has the name in another family only", async (t) => {
    const { resolve, server } = await startResolver(t, () => A("192.0.2.6"), { hosts: HOSTS });
    const found = await resolve("six", "ipv4");
    assert.deepEqual(found.kind === "resolved" && found.addresses, ["192.0.2.6"]);
    assert.equal(server.questions.length, 1);
  });

  it("never asks for localhost, even where the hosts file has it in one family only", async (t) => {
    const { resolve, server } = await startResolver(t, () => A("6.6.6.6"), {
      hosts: "127.0.0.1 localhost",
    });
    const failed = await resolve("localhost", "ipv6");
    assert.deepEqual(failed, { kind: "failed", outcome: "dns_not_found", dnsTimeMs: null });
    assert.equal(server.questions.length, 0);
  });
});

describe("createHostResolver over time", () => {
  function virtualResolver(
    query: (clock: VirtualClock) => DnsClient["query"],
    startsPerSecond = 1_600,
  ) {
    const clock = new VirtualClock(0);
    const asked: { name: string; atMs: number }[] = [];
    const answer = query(clock);
    const dns: DnsClient = {
      query: (name, family) => {
        asked.push({ name, atMs: clock.now() });
        return answer(name, family);
      },
      cancel: () => undefined,
    };
    const hosts = new Map();
    const use = { startsPerSecond, hasIpv6Route: false };
    const { resolve, close } = createHostResolver({ dns, hosts, clock, ...use });
    return { clock, resolve, close, asked, askedCount: () => asked.length };
  }

  const SECONDS = 1_000;
  const LIVES = [
    [20 * SECONDS, 20 * SECONDS],
    [0, SECONDS],
    [-5 * SECONDS, SECONDS],
    [Number.NaN, SECONDS],
    [2 ** 32 * SECONDS, 60 * SECONDS],
    [Number.POSITIVE_INFINITY, 60 * SECONDS],
  ] as const;
  for (const [ttlMs, lifeMs] of LIVES)
    it(`keeps an answer that lives for ${ttlMs} ms for ${lifeMs} ms and no longer`, async () => {
      const { clock, resolve, askedCount } = virtualResolver(() => async () => ({
        addresses: ["192.0.2.1"],
        ttlMs,
      }));
      await resolve("a.test", "any");
      await clock.run(clock.sleep(lifeMs - 1));
      await resolve("a.test", "any");
      assert.equal(askedCount(), 1);
      await clock.run(clock.sleep(1));
      await resolve("a.test", "any");
      assert.equal(askedCount(), 2);
    });

  it("believes a failure for 0.9 s, so that a recheck asks again", async () => {
    const { clock, resolve, askedCount } = virtualResolver(() => async () => {
      throw Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
    });
    const failed = { kind: "failed", outcome: "dns_not_found" };
    assert.deepEqual(await resolve("a.test", "any"), { ...failed, dnsTimeMs: 0 });
    await clock.run(clock.sleep(899));
    assert.deepEqual(await resolve("a.test", "any"), { ...failed, dnsTimeMs: null });
    await clock.run(clock.sleep(1));
    assert.deepEqual(await resolve("a.test", "any"), { ...failed, dnsTimeMs: 0 });
    assert.equal(askedCount(), 2);
  });

  it("is over at the deadline, whatever the resolver does", async () => {
    const { clock, resolve } = virtualResolver(() => () => Promise.withResolvers<never>().promise);
    assert.deepEqual(await clock.run(Promise.resolve(resolve("a.test", "any"))), {
      kind: "failed",
      outcome: "dns_timeout",
      dnsTimeMs: DNS_DEADLINE_MS,
    });
    assert.equal(clock.sleeperCount, 0);
  });

  it("has no time for who came second but the own wait", async () => {
    const { clock, resolve } = virtualResolver((time) => async () => {
      await time.sleep(100);
      return { addresses: ["192.0.2.1"], ttlMs: 1_000 };
    });
    const first = resolve("a.test", "any");
    await clock.run(clock.sleep(40));
    const second = resolve("a.test", "any");
    const both = await clock.run(Promise.all([first, second]));
    assert.deepEqual(
      both.map(({ dnsTimeMs }) => dnsTimeMs),
      [100, 60],
    );
  });

  const quick = () => async () => ({ addresses: ["192.0.2.1"], ttlMs: 60_000 });

  it("asks for three thousand names at a steady rate, and for each once", async () => {
    const { clock, resolve, asked } = virtualResolver(quick);
    const names = Array.from({ length: 3_000 }, (_, i) => `n${i}.test`);
    const all = await clock.run(
      Promise.all([...names, ...names].map((name) => resolve(name, "any"))),
    );
    assert.deepEqual(
      asked.map(({ name }) => name),
      names,
    );
    const counts = new Map<number, number>();
    for (const { atMs } of asked) counts.set(atMs, (counts.get(atMs) ?? 0) + 1);
    assert.ok(Math.max(...counts.values()) <= 16);
    assert.equal(clock.now(), 3_730);
    assert.ok(all.every(({ kind, dnsTimeMs }) => kind === "resolved" && dnsTimeMs === 0));
  });

  it("asks no faster than connects start", async () => {
    const { clock, resolve } = virtualResolver(quick, 100);
    const names = Array.from({ length: 102 }, (_, i) => `n${i}.test`);
    await clock.run(Promise.all(names.map((name) => resolve(name, "any"))));
    assert.equal(clock.now(), 1_000);
  });

  it("is not held up by a thousand names that hang", async () => {
    const { clock, resolve } = virtualResolver(() => (name) => {
      if (name.startsWith("hang")) return Promise.withResolvers<never>().promise;
      return Promise.resolve({ addresses: ["192.0.2.1"], ttlMs: 60_000 });
    });
    const hanging = Array.from({ length: 1_000 }, (_, i) => resolve(`hang${i}.test`, "any"));
    const found = await clock.run(Promise.resolve(resolve("fine.test", "any")));
    assert.deepEqual(found, { kind: "resolved", addresses: ["192.0.2.1"], dnsTimeMs: 0 });
    assert.ok(clock.now() > 1_000 && clock.now() <= 1_600, String(clock.now()));
    const ends = await clock.run(Promise.all(hanging));
    for (const end of ends)
      assert.deepEqual(end, { kind: "failed", outcome: "dns_timeout", dnsTimeMs: 3_000 });
    assert.equal(clock.sleeperCount, 0);
  });

  it("asks nothing more once it is closed", async () => {
    const { clock, resolve, close, askedCount } = virtualResolver(quick, 1);
    const both = [resolve("a.test", "any"), resolve("b.test", "any")];
    await both[0];
    close();
    const late = await clock.run(Promise.resolve(both[1] ?? assert.fail()));
    assert.deepEqual(late.kind === "failed" && late.outcome, "internal");
    const after = await resolve("c.test", "any");
    assert.deepEqual(after.kind === "failed" && after.outcome, "internal");
    assert.equal(askedCount(), 1);
    assert.equal(clock.sleeperCount, 0);
  });
});
