import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { parseHosts } from "../../../../functions/probe/dns/parse-hosts.ts";
import { createDnsClient, type DnsClient } from "../../../../functions/probe/dns/query-dns.ts";
import {
  createResolveHost,
  DNS_DEADLINE_MS,
} from "../../../../functions/probe/dns/resolve-host.ts";
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

async function startResolver(t: TestContext, answer: Answering, hosts = "") {
  const server = await startDnsServer(answer);
  const dns = createDnsClient([server.address]);
  t.after(async () => {
    dns.cancel();
    await server.close();
  });
  const resolve = createResolveHost({ dns, hosts: parseHosts(hosts), clock: systemClock });
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

describe("createResolveHost over DNS", () => {
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

  const FAILURES = [
    ["a name that does not exist", { rcode: NXDOMAIN }, "any", "dns_not_found"],
    ["a name without addresses", { rcode: NOERROR }, "any", "dns_not_found"],
    ["a name without IPv4", { rcode: NOERROR }, "ipv4", "dns_not_found"],
    ["a server that fails", { rcode: SERVFAIL }, "any", "dns_failed"],
    ["a server that refuses", { rcode: REFUSED }, "any", "dns_failed"],
  ] as const;
  for (const [what, reply, family, outcome] of FAILURES)
    it(`reports ${outcome} for ${what}`, async (t) => {
      const { resolve } = await startResolver(t, () => reply);
      const failed = await resolve("failing.test", family);
      assert.equal(failed.kind === "failed" && failed.outcome, outcome);
      assert.notEqual(failed.dnsTimeMs, null);
    });

  it("reports dns_failed where nobody listens", async (t) => {
    // A port that was just given back may be another test's name server by now.
    const dns = createDnsClient(["127.0.0.1:1"]);
    t.after(() => dns.cancel());
    const resolve = createResolveHost({ dns, hosts: parseHosts(""), clock: systemClock });
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

  it("asks again at once where an answer has no life", async (t) => {
    const { resolve, server } = await startResolver(t, () => ({
      addresses: ["192.0.2.1"],
      ttlSeconds: 0,
    }));
    await resolve("brief.test", "any");
    await resolve("brief.test", "any");
    assert.equal(server.questions.length, 2);
  });
});

describe("createResolveHost without DNS", () => {
  const HOSTS = "10.0.0.7 db\nfd12::7 db six";
  const CASES = [
    ["192.0.2.1", "any", ["192.0.2.1"]],
    ["2001:db8::1", "any", ["2001:db8::1"]],
    ["localhost", "any", ["127.0.0.1"]],
    ["LocalHost.", "ipv6", ["::1"]],
    ["db", "any", ["10.0.0.7"]],
    ["db", "ipv6", ["fd12::7"]],
    ["six", "any", ["fd12::7"]],
  ] as const;
  for (const [name, family, addresses] of CASES)
    it(`resolves ${name} (${family}) without a question`, async (t) => {
      const { resolve, server } = await startResolver(t, () => ({ rcode: SERVFAIL }), HOSTS);
      assert.deepEqual(await resolve(name, family), {
        kind: "resolved",
        addresses,
        dnsTimeMs: null,
      });
      assert.equal(server.questions.length, 0);
    });

  it("asks DNS where the hosts file has the name in another family only", async (t) => {
    const { resolve, server } = await startResolver(t, () => A("192.0.2.6"), HOSTS);
    const found = await resolve("six", "ipv4");
    assert.deepEqual(found.kind === "resolved" && found.addresses, ["192.0.2.6"]);
    assert.equal(server.questions.length, 1);
  });

  it("never asks for localhost, even where the hosts file has it in one family only", async (t) => {
    const { resolve, server } = await startResolver(t, () => A("6.6.6.6"), "127.0.0.1 localhost");
    const failed = await resolve("localhost", "ipv6");
    assert.deepEqual(failed, { kind: "failed", outcome: "dns_not_found", dnsTimeMs: null });
    assert.equal(server.questions.length, 0);
  });
});

describe("createResolveHost over time", () => {
  function virtualResolver(query: (clock: VirtualClock) => DnsClient["query"]) {
    const clock = new VirtualClock(0);
    let asked = 0;
    const answer = query(clock);
    const dns: DnsClient = {
      query: (name, family) => {
        asked++;
        return answer(name, family);
      },
      cancel: () => undefined,
    };
    const resolve = createResolveHost({ dns, hosts: new Map(), clock });
    return { clock, resolve, askedCount: () => asked };
  }

  it("keeps an answer as long as it lives and no longer", async () => {
    const { clock, resolve, askedCount } = virtualResolver(() => async () => ({
      addresses: ["192.0.2.1"],
      ttlMs: 20_000,
    }));
    await resolve("a.test", "any");
    await clock.run(clock.sleep(19_999));
    await resolve("a.test", "any");
    assert.equal(askedCount(), 1);
    await clock.run(clock.sleep(1));
    await resolve("a.test", "any");
    assert.equal(askedCount(), 2);
  });

  it("believes a failure for five seconds", async () => {
    const { clock, resolve, askedCount } = virtualResolver(() => async () => {
      throw Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
    });
    const failed = { kind: "failed", outcome: "dns_not_found" };
    assert.deepEqual(await resolve("a.test", "any"), { ...failed, dnsTimeMs: 0 });
    await clock.run(clock.sleep(4_999));
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
});
