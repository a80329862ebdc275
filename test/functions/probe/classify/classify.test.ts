import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  classifyConnectError,
  classifyDnsError,
  codeOf,
} from "../../../../functions/probe/classify/classify.ts";

const CONNECT_CASES = [
  ["ECONNREFUSED", "refused"],
  ["ETIMEDOUT", "timeout"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["ENETDOWN", "unreachable"],
  ["EACCES", "unreachable"],
  ["EPERM", "unreachable"],
  ["ENOPROTOOPT", "unreachable"],
  ["EINVAL", "unreachable"],
  ["ENONET", "unreachable"],
  ["EOPNOTSUPP", "unreachable"],
  ["EPROTO", "unreachable"],
  ["ENOKEY", "unreachable"],
  ["EDESTADDRREQ", "unreachable"],
  ["ENETRESET", "unreachable"],
  ["ENODEV", "unreachable"],
  ["ESRCH", "unreachable"],
  ["ECONNRESET", "reset"],
  ["EPIPE", "reset"],
  ["EMFILE", "internal"],
  ["ENFILE", "internal"],
  ["EADDRNOTAVAIL", "internal"],
  ["EAFNOSUPPORT", "internal"],
  ["EADDRINUSE", "internal"],
  ["EAGAIN", "internal"],
  ["ECONNABORTED", "internal"],
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
  ["EOF", "dns_failed"],
  ["ECANCELLED", "internal"],
  ["ENOMEM", "internal"],
  ["", "internal"],
] as const;

/** The codes that say on an address family without a route that there is none. */
const NO_ROUTE = ["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"];

const CONTEXTS = [true, false].flatMap((isIpv6) =>
  [true, false].flatMap((hasIpv6Route) =>
    [true, false].map((isLocal) => ({ isIpv6, hasIpv6Route, isLocal })),
  ),
);

describe("classifyConnectError", () => {
  for (const context of CONTEXTS)
    for (const [code, usual] of CONNECT_CASES) {
      const lacksRoute = context.isIpv6 && !context.hasIpv6Route && NO_ROUTE.includes(code);
      const outcome = lacksRoute ? "unsupported" : usual;
      const hasSeveralCodes = ["unreachable", "unsupported", "internal"].includes(outcome);
      const isCode = code.startsWith("E");
      it(`takes ${code || "no code"} for ${outcome} with ${JSON.stringify(context)}`, () =>
        assert.deepEqual(classifyConnectError(code, context), {
          outcome,
          errorCode: hasSeveralCodes && isCode ? code : null,
          icmpError: outcome === "unreachable" && !context.isLocal,
        }));
    }
});

describe("classifyDnsError", () => {
  for (const [code, outcome] of DNS_CASES)
    it(`takes ${code || "no code"} for ${outcome}`, () =>
      assert.deepEqual(classifyDnsError(code), {
        outcome,
        errorCode: ["dns_failed", "internal"].includes(outcome) && code !== "" ? code : null,
        icmpError: false,
      }));
});

describe("the code of a failure", () => {
  it("is not kept if it is none of the system's", () => {
    const context = { isIpv6: false, hasIpv6Route: false, isLocal: true };
    for (const code of ["e", "EMFILE\n", "E".repeat(41), "ERR-X"])
      assert.equal(classifyConnectError(code, context).errorCode, null);
    const longest = "E".repeat(40);
    assert.equal(classifyConnectError(longest, context).errorCode, longest);
  });
});

describe("codeOf", () => {
  it("gives the code of an error and an empty text for anything else", () => {
    assert.equal(codeOf(Object.assign(new Error("x"), { code: "EPIPE" })), "EPIPE");
    for (const thrown of [new Error("EPIPE"), { code: "EPIPE" }, "EPIPE", null, undefined])
      assert.equal(codeOf(thrown), "");
    assert.equal(codeOf(Object.assign(new Error("x"), { code: 5 })), "");
  });
});
