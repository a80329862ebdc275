import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runInNamespace, whyNoNamespace } from "../../../fakes/namespace.ts";

const FUNCTIONS = new URL("../../../../functions/probe/", import.meta.url);

/** Connects through each dial to each target, so often, and prints the failures, or "open". */
function script(targets: readonly string[], count: number): string {
  return `
    const { classifyConnectError } = await import("${new URL("classify/classify.ts", FUNCTIONS)}");
    const { connectOnce, createConnect, dialSocket, leanestDial } = await import("${new URL("socket/socket.ts", FUNCTIONS)}");
    const signal = new AbortController().signal;
    const told = [];
    for (const dial of [leanestDial(), dialSocket]) {
      const connect = createConnect({ dial, clock: { read: () => null }, stalls: { see() {}, spoils: () => false } });
      for (const target of ${JSON.stringify(targets)}) {
        const [, address, port] = /^(.*):(\\d+)$/.exec(target);
        for (let i = 0; i < ${count}; i++) {
          const result = await connectOnce(connect, { address, port: Number(port), timeoutMs: 5000 }, signal);
          const context = { isIpv6: address.includes(":"), hasIpv6Route: true, isLocal: result.isLocal };
          told.push(result.kind === "open" ? "open" : { target, ...classifyConnectError(result.code, context) });
        }
      }
    }
    const { createServer } = await import("node:net");
    // A port that a check held has no trace of it left.
    const server = createServer().listen({ host: "127.0.0.1", port: 47008, exclusive: true });
    server.on("listening", () => { server.close(); console.log(JSON.stringify(told)); });
  `;
}

const noNamespace = whyNoNamespace("ip", "sysctl");
const noFirewall = noNamespace ?? whyNoNamespace("iptables", "ip6tables");

describe("a dial from the port that it dials", { skip: noNamespace ?? false }, () => {
  it("is refused, always, and leaves the port free", async () => {
    const range = `sysctl -qw net.ipv4.ip_local_port_range="47000 47015"`;
    const targets = ["127.0.0.1:47008", "::1:47008", "::ffff:127.0.0.1:47008"];
    const told = await runInNamespace([range], script(targets, 60));
    assert.ok(Array.isArray(told));
    assert.equal(told.length, 2 * 3 * 60);
    for (const one of told) assert.equal(one.outcome, "refused", JSON.stringify(one));
  });
});

/** What a firewall or a route does, the target, and what a check must find. */
const WAYS: readonly [setUp: string, target: string, errorCode: string, icmpError: boolean][] = [
  ...[
    ["icmp-admin-prohibited", "EHOSTUNREACH"],
    ["icmp-host-prohibited", "EHOSTUNREACH"],
    ["icmp-host-unreachable", "EHOSTUNREACH"],
    ["icmp-net-prohibited", "ENETUNREACH"],
    ["icmp-net-unreachable", "ENETUNREACH"],
    ["icmp-proto-unreachable", "ENOPROTOOPT"],
  ].map(([answer = "", code = ""], i): [string, string, string, boolean] => [
    `iptables -A INPUT -p tcp --dport ${81 + i} -j REJECT --reject-with ${answer}`,
    `127.0.0.1:${81 + i}`,
    code,
    true,
  ]),
  ...[
    ["icmp6-adm-prohibited", "EACCES"],
    ["icmp6-addr-unreachable", "EHOSTUNREACH"],
    ["icmp6-no-route", "ENETUNREACH"],
  ].map(([answer = "", code = ""], i): [string, string, string, boolean] => [
    `ip6tables -A INPUT -p tcp --dport ${81 + i} -j REJECT --reject-with ${answer}`,
    `::1:${81 + i}`,
    code,
    true,
  ]),
  ["ip route add blackhole 10.98.0.1/32", "10.98.0.1:80", "EINVAL", false],
  ["ip route add prohibit 10.98.0.2/32", "10.98.0.2:80", "EACCES", false],
  ["ip route add unreachable 10.98.0.3/32", "10.98.0.3:80", "EHOSTUNREACH", false],
  ["ip route add throw 10.98.0.4/32", "10.98.0.4:80", "ENETUNREACH", false],
  ["true", "10.98.0.5:80", "ENETUNREACH", false],
  ["ip -6 route add blackhole fd00:98::1/128", "fd00:98::1:80", "EINVAL", false],
  ["ip -6 route add prohibit fd00:98::2/128", "fd00:98::2:80", "EACCES", false],
];

describe("what a firewall or a route answers", { skip: noFirewall ?? false }, () => {
  it("is unreachable with its code, and a firewall's is told from a route of our own", async () => {
    const targets = WAYS.map(([, target]) => target);
    const told = await runInNamespace(
      WAYS.map(([setUp]) => setUp),
      script(targets, 1),
    );
    const expected = WAYS.map(([, target, errorCode, icmpError]) => ({
      target,
      outcome: "unreachable",
      errorCode,
      icmpError,
    }));
    assert.deepEqual(told, [...expected, ...expected]);
  });

  it("is refused if the firewall resets or says that the port is closed", async () => {
    const told = await runInNamespace(
      [
        "iptables -A INPUT -p tcp --dport 81 -j REJECT --reject-with tcp-reset",
        "iptables -A INPUT -p tcp --dport 82 -j REJECT --reject-with icmp-port-unreachable",
      ],
      script(["127.0.0.1:81", "127.0.0.1:82"], 1),
    );
    assert.ok(Array.isArray(told));
    assert.deepEqual(
      told.map(({ outcome }) => outcome),
      ["refused", "refused", "refused", "refused"],
    );
  });
});
