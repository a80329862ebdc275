import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  localAddresses,
  ofFamily,
  otherFamilyOf,
  parseHosts,
} from "../../../../functions/probe/dns/parse-hosts.ts";

const TEXT = `
# a comment
127.0.0.1\tlocalhost loop   # and another
::1 localhost ip6-localhost
10.0.0.7 DB.internal db
fd12::7 db
not-an-address name
10.0.0.8
`;

describe("parseHosts", () => {
  it("keeps every address of a name, in lower case and in the file's order", () => {
    assert.deepEqual(Object.fromEntries(parseHosts(TEXT)), {
      localhost: ["127.0.0.1", "::1"],
      loop: ["127.0.0.1"],
      "ip6-localhost": ["::1"],
      "db.internal": ["10.0.0.7"],
      db: ["10.0.0.7", "fd12::7"],
    });
  });
});

describe("parseHosts of odd lines", () => {
  const LINES = [
    ["10.0.0.1 Name.Test.", "name.test"],
    ["10.0.0.1\tname.test\r", "name.test"],
    ["  10.0.0.1   other name.test # and more", "name.test"],
    ["10.0.0.1 . name.test", "name.test"],
    ["10.0.0.1 __proto__", "__proto__"],
  ] as const;
  for (const [line, name] of LINES)
    it(`finds ${name} in ${JSON.stringify(line)}`, () => {
      const table = parseHosts(`# first\n${line}\n`);
      assert.deepEqual(localAddresses(name, table), ["10.0.0.1"]);
      assert.deepEqual(localAddresses("", table), []);
    });

  for (const line of [
    "",
    "10.0.0.1",
    "name.test 10.0.0.1",
    "127.1 name.test",
    "#10.0.0.1 name.test",
  ])
    it(`has nothing of ${JSON.stringify(line)}`, () => assert.equal(parseHosts(line).size, 0));
});

describe("localAddresses", () => {
  it("knows localhost and what is under it without a file", () => {
    const none = parseHosts("");
    for (const name of ["localhost", "api.localhost"])
      assert.deepEqual(localAddresses(name, none), ["127.0.0.1", "::1"]);
    assert.deepEqual(localAddresses("notlocalhost", none), []);
  });

  it("lets the file decide on localhost", () =>
    assert.deepEqual(localAddresses("localhost", parseHosts("127.0.0.2 localhost")), [
      "127.0.0.2",
    ]));
});

describe("ofFamily", () => {
  const both = ["::1", "127.0.0.1", "::2"];
  it("prefers IPv4 for any, and takes IPv6 where there is nothing else", () => {
    assert.deepEqual(ofFamily(both, "any"), ["127.0.0.1"]);
    assert.deepEqual(ofFamily(["::1"], "any"), ["::1"]);
  });

  it("keeps to the family that was asked for", () => {
    assert.deepEqual(ofFamily(both, "ipv4"), ["127.0.0.1"]);
    assert.deepEqual(ofFamily(both, "ipv6"), ["::1", "::2"]);
    assert.deepEqual(ofFamily(["127.0.0.1"], "ipv6"), []);
  });
});

describe("otherFamilyOf", () => {
  const CASES = [
    ["db", ["10.0.0.1", "fd00::1", "10.0.0.2", "fd00::2"], ["fd00::1", "fd00::2"]],
    ["db", ["fd00::1"], []],
    ["db", ["10.0.0.1"], []],
    ["db", [], []],
    ["localhost", ["127.0.0.1", "::1"], ["::1"]],
    ["localhost", ["127.0.0.2"], ["::1"]],
    ["api.localhost", ["::1"], ["127.0.0.1"]],
  ] as const;
  for (const [name, addresses, others] of CASES)
    it(`takes ${others.join(" and ") || "none"} of ${name} at ${addresses.join(", ")}`, () =>
      assert.deepEqual(otherFamilyOf(name, addresses), others));
});
