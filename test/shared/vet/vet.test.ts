import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addressRules, parseCidrs, vetAddress } from "../../../shared/vet/vet.ts";

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "169.253.255.255",
  "169.255.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "192.167.255.255",
  "192.169.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "203.0.114.0",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001::64",
  "2001:200::1",
  "2001:4860:4860::8888",
  "2003::1",
  "2000::",
  "2400::1",
  "3ffe:ffff::1",
  "3fff:1000::1",
  "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "::ffff:8.8.8.8",
  "::ffff:808:808",
  "64:ff9b::8.8.8.8",
  "64:ff9b::808:808",
];

const OPENABLE = [
  "10.0.0.0",
  "10.255.255.255",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.255",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.0.0.170",
  "192.0.2.1",
  "192.31.196.1",
  "192.52.193.1",
  "192.88.99.1",
  "192.168.0.1",
  "192.168.255.255",
  "192.175.48.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.255",
  "240.0.0.1",
  "255.255.255.254",
  "::1",
  "0:0:0:0:0:0:0:1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "0:0:0:0:0:ffff:7f00:0001",
  "::FFFF:10.0.0.1",
  "::ffff:0:127.0.0.1",
  "::127.0.0.1",
  "::7f00:1",
  "::10.1.2.3",
  "64:ff9b::10.0.0.1",
  "64:ff9b::7f00:1",
  "0064:ff9b:0:0:0:0:192.168.1.1",
  "100::1",
  "100:0:0:1::1",
  "2001:2::1",
  "2001:10::1",
  "2001:20::1",
  "2001:db8::1",
  "2001:db8:ffff::1",
  "2620:4f:8000::1",
  "3fff::1",
  "5f00::1",
  "1::1",
  "200::1",
  "400::1",
  "1000::1",
  "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "4000::",
  "4000::1",
  "8000::1",
  "c000::1",
  "e000::1",
  "f000::1",
  "fbff::1",
  "fe00::1",
  "64:ff9b:0:1::808:808",
  "64:ff9a::808:808",
  "fc00::1",
  "fd12:3456::1",
  "fec0::1",
];

const NEVER = [
  "0.0.0.0",
  "0.1.2.3",
  "169.254.0.1",
  "169.254.169.253",
  "169.254.169.254",
  "169.254.170.2",
  "224.0.0.1",
  "239.255.255.255",
  "255.255.255.255",
  "::",
  "0::0",
  "::2",
  "::ffff:0.0.0.0",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "::ffff:0:169.254.169.254",
  "::169.254.169.254",
  "64:ff9b::169.254.169.254",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::a9fe:a9fe",
  "64:ff9b:1:a9fe:a9:fe00::",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2002:7f00:1::",
  "2002:a9fe:a9fe::1",
  "2002:808:808::1",
  "fd00:ec2::254",
  "fd00:ec2::253",
  "fd00:0ec2:0:0:0:0:0:254",
  "fe80::1",
  "febf::1",
  "fe80::1%eth0",
  "fe80::1%1",
  "ff02::1",
  "ff0e::1",
  "::ffff:224.0.0.1",
];

const NO_LITERALS = [
  "",
  "localhost",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "127.0.0.01",
  "[::1]",
  " 8.8.8.8",
  "8.8.8.8 ",
  "8.8.8.8:53",
  "example.com",
];

const closed = addressRules([]);
const wideOpen = addressRules(["0.0.0.0/0", "::/0"]);

describe("vetAddress", () => {
  for (const literal of PUBLIC)
    it(`allows the public ${literal}`, () => assert.equal(vetAddress(literal, closed), "allowed"));

  for (const literal of OPENABLE)
    it(`blocks ${literal} until a deployment allows it`, () => {
      assert.equal(vetAddress(literal, closed), "closed");
      assert.equal(vetAddress(literal, wideOpen), "allowed");
    });

  for (const literal of NEVER)
    it(`blocks ${literal} even where all is allowed`, () => {
      assert.equal(vetAddress(literal, closed), "never");
      assert.equal(vetAddress(literal, wideOpen), "never");
    });

  for (const literal of NO_LITERALS)
    it(`blocks ${JSON.stringify(literal)}, which is no literal`, () =>
      assert.equal(vetAddress(literal, wideOpen), "never"));

  it("opens exactly the allowed range", () => {
    const rules = addressRules(["10.20.0.0/16", "fd12::/48"]);
    const opened = ["10.20.0.0", "10.20.255.255", "::ffff:10.20.1.1", "fd12::1"];
    const shut = ["10.19.255.255", "10.21.0.0", "::ffff:10.21.0.0", "fd12:0:1::1", "127.0.0.1"];
    for (const literal of opened) assert.equal(vetAddress(literal, rules), "allowed", literal);
    for (const literal of shut) assert.equal(vetAddress(literal, rules), "closed", literal);
  });

  it("opens no IPv4 address by an IPv6 range, nor the other way", () => {
    assert.equal(vetAddress("10.0.0.1", addressRules(["::/0"])), "closed");
    assert.equal(vetAddress("fd12::1", addressRules(["0.0.0.0/0"])), "closed");
  });

  it("judges every IPv4 address alike in each form that carries it", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), ([a, b, c, d]) => {
        const plain = `${a}.${b}.${c}.${d}`;
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const verdict = vetAddress(plain, closed);
        for (const prefix of ["::ffff:", "64:ff9b::", "::ffff:0:"]) {
          assert.equal(vetAddress(prefix + plain, closed), verdict);
          assert.equal(vetAddress(prefix + hex, closed), verdict);
        }
      }),
    );
  });
});

describe("addressRules", () => {
  for (const cidr of [
    "10.0.0.0",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0/8",
    "private",
    "/8",
    "::1%lo/128",
  ])
    it(`refuses ${cidr} as an allowed range`, () =>
      assert.throws(() => addressRules([cidr]), {
        message: `An allowed CIDR must be like 10.0.0.0/8 or fd12::/48, is "${cidr}"`,
      }));
});

describe("parseCidrs", () => {
  it("reads a comma-separated list and gives none for an empty text", () => {
    assert.deepEqual(parseCidrs(" 10.0.0.0/8,fd12::/48 ,"), ["10.0.0.0/8", "fd12::/48"]);
    assert.deepEqual(parseCidrs(""), []);
  });
});
