import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatHost, literalFamily, parseHost } from "../../../../shared/task/host/host.ts";

const read: readonly [text: string, hostname: string, port: number | null][] = [
  ["example.com:443", "example.com", 443],
  ["EXAMPLE.Com:443", "example.com", 443],
  ["example.com.:443", "example.com", 443],
  ["example.com", "example.com", null],
  ["localhost:22", "localhost", 22],
  ["my_db.internal:5432", "my_db.internal", 5432],
  ["1e100.net:80", "1e100.net", 80],
  ["4.example:80", "4.example", 80],
  ["bücher.example:80", "xn--bcher-kva.example", 80],
  ["BÜCHER.example:80", "xn--bcher-kva.example", 80],
  ["例え。テスト:80", "xn--r8jz45g.xn--zckzah", 80],
  ["10.0.1.100:9000", "10.0.1.100", 9000],
  ["255.255.255.255:1", "255.255.255.255", 1],
  ["127.0.0.1:65535", "127.0.0.1", 65535],
  ["[2001:db8::1]:443", "2001:db8::1", 443],
  ["[2001:DB8:0:0::0:1]:443", "2001:db8::1", 443],
  ["[2001:db8:0:1:1:1:1:1]:1", "2001:db8:0:1:1:1:1:1", 1],
  ["[2001:0:0:1:0:0:0:1]:1", "2001:0:0:1::1", 1],
  ["[::ffff:192.0.2.1]:1", "::ffff:c000:201", 1],
  ["[::1]", "::1", null],
  ["::1", "::1", null],
  ["2001:db8::1:443", "2001:db8::1:443", null],
];

for (const [text, hostname, port] of read) {
  test(`parseHost reads ${text}`, () => {
    assert.deepEqual(parseHost(text), { hostname, port });
  });
}

const refused = [
  "",
  ":",
  ":22",
  ".",
  ".:22",
  "a..b:22",
  "a b:22",
  " example.com:22",
  "example.com:22 ",
  "example.com:22\n",
  "example.com\n:22",
  "example.com:２２",
  "example.com:1e3",
  "example.com:+22",
  "example.com:100000",
  "exa%6dple.com:22",
  "user@example.com:22",
  "example.com/x:22",
  "example.com?x:22",
  "*.example.com:22",
  "example-.com:22",
  "tcp://example.com:22",
  "127.1:22",
  "1:22",
  "0:22",
  "0x7f.1:22",
  "0X7F000001:22",
  "0x:22",
  "example.123:22",
  "example.0xff:22",
  "127.0.0.1.:22",
  "127.0.0.01:22",
  "1.2.3.4.5:22",
  "⑯⑨.1:22",
  "127。1:22",
  "[]:22",
  "[::1:22",
  "::1]:22",
  "[[::1]]:22",
  "[::1]22",
  "[::1]:",
  "[127.0.0.1]:22",
  "[fe80::1%25eth0]:22",
  "fe80::1%eth0",
  "[1::2::3]:22",
  "[12345::]:22",
  "1:2:3:4:5:6:7:8:9",
  `${"a.".repeat(127)}toolong:22`,
  `${"a".repeat(1_000_000)}:22`,
];

for (const text of refused) {
  test(`parseHost refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.ok("rule" in parseHost(text));
  });
}

test("parseHost never throws", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseHost(text)));
});

test("parseHost gives a canonical form that it reads as itself", () => {
  const part = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((ip) => `[${ip}]`),
  );
  const any = fc.oneof(part, fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }));
  fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      const first = parseHost(`${name}:${port}`);
      if ("rule" in first || first.port === null) return;
      assert.deepEqual(parseHost(formatHost(first.hostname, first.port)), first);
    }),
  );
});

test("parseHost reads every IPv4 and IPv6 address with a port", () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6().map((ip) => `[${ip}]`),
  );
  fc.assert(
    fc.property(address, (ip) => {
      const parsed = parseHost(`${ip}:22`);
      assert.ok("hostname" in parsed && literalFamily(parsed.hostname) !== null);
    }),
  );
});

test("literalFamily tells literals from names", () => {
  assert.equal(literalFamily("10.0.0.1"), "ipv4");
  assert.equal(literalFamily("::1"), "ipv6");
  assert.equal(literalFamily("10.0.0.1.example.com"), null);
});
