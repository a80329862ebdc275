import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { parseHosts } from "../../../../functions/probe/dns/parse-hosts.ts";
import { createDnsClient, type DnsClient } from "../../../../functions/probe/dns/query-dns.ts";
import { createHostResolver } from "../../../../functions/probe/dns/resolve-host.ts";
import { systemClock } from "../../../../functions/probe/timing/timing.ts";
import {
  type DnsQuestion,
  type DnsReply,
  NOERROR,
  NXDOMAIN,
  REFUSED,
  SERVFAIL,
  startDnsServer,
} from "../../../fakes/dns-server.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

const SETUP = { startsPerSecond: 1_600, hasIpv6Route: true };
const EVERY = { scope: "every" } as const;
const RACING = { scope: "racing" } as const;
const A = (...addresses: string[]): DnsReply => ({ addresses, ttlSeconds: 60 });

async function startResolver(
  t: TestContext,
  answer: (question: DnsQuestion) => DnsReply,
  different: { readonly hosts?: string; readonly hasIpv6Route?: boolean } = {},
) {
  const server = await startDnsServer(answer);
  const dns = createDnsClient([server.address]);
  const { hosts = "", ...use } = different;
  const table = parseHosts(hosts);
  const { resolve, close } = createHostResolver({
    ...{ ...SETUP, clock: systemClock, dns, hosts: table },
    ...use,
  });
  t.after(async () => {
    close();
    await server.close();
  });
  return { resolve, typesAsked: () => server.questions.map(({ type }) => type).sort() };
}

const byType =
  (v4: DnsReply, v6: DnsReply) =>
  ({ type }: DnsQuestion) =>
    type === "A" ? v4 : v6;

describe("a look-up of every address", () => {
  for (const wish of [EVERY, RACING])
    it(`asks for both families at once and gives all their addresses (${wish.scope})`, async (t) => {
      const answer = byType(A("192.0.2.2", "192.0.2.1"), A("2001:db8::1"));
      const { resolve, typesAsked } = await startResolver(t, answer);
      const found = await resolve("both.test", "any", wish);
      assert.ok(found.kind === "resolved");
      assert.deepEqual(found.addresses, ["192.0.2.2", "192.0.2.1", "2001:db8::1"]);
      assert.equal("unresolved" in found, false);
      assert.ok(found.dnsTimeMs !== null && found.dnsTimeMs > 0);
      assert.deepEqual(typesAsked(), ["A", "AAAA"]);
    });

  for (const [family, addresses, asked] of [
    ["ipv4", ["192.0.2.1"], ["A"]],
    ["ipv6", ["2001:db8::1"], ["AAAA"]],
  ] as const)
    it(`asks for ${family} only, if the task wants no other`, async (t) => {
      const answer = byType(A("192.0.2.1"), A("2001:db8::1"));
      const { resolve, typesAsked } = await startResolver(t, answer);
      const found = await resolve("both.test", family, EVERY);
      assert.deepEqual(found.kind === "resolved" && found.addresses, addresses);
      assert.deepEqual(typesAsked(), asked);
    });

  const ONE_FAMILY = [
    ["has no such record", { rcode: NOERROR }, undefined],
    ["says that the name does not exist", { rcode: NXDOMAIN }, undefined],
    ["fails", { rcode: SERVFAIL }, "dns_failed"],
    ["refuses", { rcode: REFUSED }, "dns_failed"],
  ] as const;
  for (const [what, reply, outcome] of ONE_FAMILY)
    it(`gives one family where the server ${what} for the other, and tells the failure`, async (t) => {
      for (const [v4, v6, failed] of [
        [A("192.0.2.1"), reply, "ipv6"],
        [reply, A("2001:db8::1"), "ipv4"],
      ] as const) {
        const { resolve } = await startResolver(t, byType(v4, v6));
        const found = await resolve("half.test", "any", EVERY);
        assert.ok(found.kind === "resolved");
        assert.equal(found.addresses.length, 1);
        const expected = outcome === undefined ? undefined : { family: failed, outcome };
        assert.deepEqual(found.unresolved, expected);
      }
    });

  it("fails if neither family has an address", async (t) => {
    const { resolve } = await startResolver(t, byType({ rcode: NOERROR }, { rcode: SERVFAIL }));
    const failed = await resolve("none.test", "any", EVERY);
    assert.equal(failed.kind === "failed" && failed.outcome, "dns_failed");
    const racing = await resolve("none.test", "any", RACING);
    assert.equal(racing.kind === "failed" && racing.outcome, "dns_failed");
  });

  it("asks for IPv6 without a route only if there is no IPv4", async (t) => {
    const answer = byType(A("192.0.2.1"), A("2001:db8::1"));
    const { resolve, typesAsked } = await startResolver(t, answer, { hasIpv6Route: false });
    const found = await resolve("both.test", "any", EVERY);
    assert.deepEqual(found.kind === "resolved" && found.addresses, ["192.0.2.1"]);
    assert.deepEqual(typesAsked(), ["A"]);
  });

  const LOCAL = [
    ["db", ["10.0.0.7", "fd12::7", "10.0.0.8"]],
    ["localhost", ["127.0.0.1", "::1"]],
    ["192.0.2.1", ["192.0.2.1"]],
  ] as const;
  for (const [name, addresses] of LOCAL)
    it(`gives all addresses of ${name} without a question`, async (t) => {
      const hosts = "10.0.0.7 db\nfd12::7 db\n10.0.0.8 db";
      const { resolve, typesAsked } = await startResolver(t, () => A("6.6.6.6"), { hosts });
      for (const wish of [EVERY, RACING]) {
        const found = await resolve(name, "any", wish);
        assert.deepEqual(found.kind === "resolved" && found.addresses, addresses);
      }
      assert.deepEqual(typesAsked(), []);
    });
});

describe("a look-up of every address over time", () => {
  /** A name server that answers for each family after a while. */
  function virtualResolver(v4AfterMs: number, v6AfterMs: number, ttlMs = 20_000) {
    const clock = new VirtualClock(0);
    let askedCount = 0;
    const dns: DnsClient = {
      query: async (_, family) => {
        askedCount++;
        await clock.sleep(family === "ipv4" ? v4AfterMs : v6AfterMs);
        return { addresses: [family === "ipv4" ? "192.0.2.1" : "2001:db8::1"], ttlMs };
      },
      cancel: () => undefined,
    };
    const { resolve } = createHostResolver({ ...SETUP, dns, hosts: new Map(), clock });
    return { clock, resolve, askedCount: () => askedCount };
  }

  const TIMES = [
    [EVERY, 20, 900, 900, 2],
    [EVERY, 900, 20, 900, 2],
    [EVERY, 20, 10_000, 3_000, 1],
    [RACING, 20, 60, 60, 2],
    [RACING, 20, 900, 70, 1],
    [RACING, 900, 20, 70, 1],
    [RACING, 10_000, 10_000, 3_000, 0],
  ] as const;
  for (const [wish, v4Ms, v6Ms, dnsTimeMs, count] of TIMES)
    it(`gives ${count} after ${dnsTimeMs} ms if they come after ${v4Ms} and ${v6Ms} ms (${wish.scope})`, async () => {
      const { clock, resolve } = virtualResolver(v4Ms, v6Ms);
      const found = await clock.run(Promise.resolve(resolve("a.test", "any", wish)));
      assert.equal(found.dnsTimeMs, dnsTimeMs);
      assert.equal(found.kind === "resolved" ? found.addresses.length : 0, count);
      if (count === 0) assert.equal(found.kind === "failed" && found.outcome, "dns_timeout");
    });

  it("asks again after 0.9 s if a family has failed, and else by its time to live", async () => {
    const { clock, resolve, askedCount } = virtualResolver(20, 10_000);
    const ask = () => clock.run(Promise.resolve(resolve("a.test", "any", EVERY)));
    const found = await ask();
    assert.deepEqual(found.kind === "resolved" && found.unresolved, {
      family: "ipv6",
      outcome: "dns_timeout",
    });
    await clock.run(clock.sleep(899));
    await ask();
    assert.equal(askedCount(), 2);
    await clock.run(clock.sleep(1));
    await ask();
    assert.equal(askedCount(), 4);
    const whole = virtualResolver(20, 30);
    await whole.clock.run(Promise.resolve(whole.resolve("a.test", "any", EVERY)));
    await whole.clock.run(whole.clock.sleep(19_000));
    await whole.clock.run(Promise.resolve(whole.resolve("a.test", "any", EVERY)));
    assert.equal(whole.askedCount(), 2);
  });

  it("asks anew although it remembers an answer, once for all who ask meanwhile", async () => {
    const { clock, resolve, askedCount } = virtualResolver(20, 20);
    const ask = (wish = {}) => Promise.resolve(resolve("a.test", "ipv4", wish));
    await clock.run(ask());
    await clock.run(ask());
    assert.equal(askedCount(), 1);
    await clock.run(Promise.all([ask({ anew: true }), ask({ anew: true }), ask()]));
    assert.equal(askedCount(), 2);
    await clock.run(ask());
    assert.equal(askedCount(), 2);
  });
});
