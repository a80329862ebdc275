import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  classifyConnectError,
  classifyDnsError,
  codeOf,
} from "../../../../functions/probe/socket/classify-error.ts";

const CONNECT_CASES = [
  ["ECONNREFUSED", "refused"],
  ["ETIMEDOUT", "timeout"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["ENETDOWN", "unreachable"],
  ["EACCES", "unreachable"],
  ["EPERM", "unreachable"],
  ["ECONNRESET", "reset"],
  ["EMFILE", "internal"],
  ["ENFILE", "internal"],
  ["EADDRNOTAVAIL", "internal"],
  ["ENOBUFS", "internal"],
  ["ENOMEM", "internal"],
  ["ESOMETHINGNEW", "internal"],
  ["toString", "internal"],
  ["", "internal"],
] as const;

const DNS_CASES = [
  ["ENOTFOUND", "dns_not_found"],
  ["ENODATA", "dns_not_found"],
  ["ETIMEOUT", "dns_timeout"],
  ["ESERVFAIL", "dns_failed"],
  ["EREFUSED", "dns_failed"],
  ["ENOTIMP", "dns_failed"],
  ["EFORMERR", "dns_failed"],
  ["EBADNAME", "dns_failed"],
  ["EBADRESP", "dns_failed"],
  ["ECONNREFUSED", "dns_failed"],
  ["ECANCELLED", "internal"],
  ["ENOMEM", "internal"],
  ["", "internal"],
] as const;

describe("classifyConnectError", () => {
  for (const [code, outcome] of CONNECT_CASES)
    it(`takes ${code || "no code"} for ${outcome}`, () => {
      const place = { isIpv6: false, hasIpv6Route: false };
      assert.equal(classifyConnectError(code, place), outcome);
      assert.equal(classifyConnectError(code, { isIpv6: true, hasIpv6Route: true }), outcome);
    });

  for (const code of ["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"])
    it(`takes ${code} for unsupported where the deployment has no IPv6`, () =>
      assert.equal(
        classifyConnectError(code, { isIpv6: true, hasIpv6Route: false }),
        "unsupported",
      ));

  it("takes a refused IPv6 connect for refused even there", () =>
    assert.equal(
      classifyConnectError("ECONNREFUSED", { isIpv6: true, hasIpv6Route: false }),
      "refused",
    ));
});

describe("classifyDnsError", () => {
  for (const [code, outcome] of DNS_CASES)
    it(`takes ${code || "no code"} for ${outcome}`, () =>
      assert.equal(classifyDnsError(code), outcome));
});

describe("codeOf", () => {
  it("gives the code of an error and an empty text for anything else", () => {
    assert.equal(codeOf(Object.assign(new Error("x"), { code: "EPIPE" })), "EPIPE");
    for (const thrown of [new Error("EPIPE"), { code: "EPIPE" }, "EPIPE", null, undefined])
      assert.equal(codeOf(thrown), "");
    assert.equal(codeOf(Object.assign(new Error("x"), { code: 5 })), "");
  });
});
