import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  ERROR_KINDS,
  type ErrorKind,
  errorKindOf,
  isCounted,
  isOutcome,
  judgeResult,
  type Outcome,
  phraseOfKind,
  sentenceOfKind,
  usualPhaseOf,
  type Verdict,
} from "../../../shared/result/error-kinds.ts";

/** By position: stored chunks and summaries name a kind by it, so no line ever moves. */
const KINDS: readonly (readonly [kind: ErrorKind, sentence: string, phrase: string])[] = [
  ["refused", "Connection refused", "refused"],
  ["timeout", "Connection timeout", "timed out"],
  ["dns_not_found", "Failed to parse host: no addresses found", "not found in DNS"],
  ["dns_timeout", "Failed to parse host: DNS timeout", "DNS timed out"],
  ["dns_failed", "Failed to parse host: DNS resolution failure", "DNS failed"],
  ["unreachable", "Network unreachable", "unreachable"],
  ["reset", "Connection reset", "reset"],
  ["blocked", "Address not allowed", "not allowed"],
  ["unsupported", "Not supported from this region", "not supported"],
  ["internal", "Probe error", "not checked"],
  ["unexpected_open", "Connection succeeded, expected closed", "open, expected closed"],
  ["tls_handshake", "TLS handshake failed", "TLS handshake failed"],
  [
    "tls_cipher",
    "TLS handshake failed: no common cipher; check `ciphers` and `groups`",
    "no common TLS cipher",
  ],
  [
    "tls_version",
    "TLS handshake failed: no common version; check `min_version` and `max_version`",
    "no common TLS version",
  ],
  ["tls_required", "The server wants TLS; set `tls`", "wants TLS"],
  [
    "tls_not_offered",
    "The server offers no TLS on this port; check the port and `starttls`",
    "offers no TLS",
  ],
  [
    "tls_untrusted",
    "Certificate not trusted; install the whole chain, or name its CA in `ca`",
    "certificate not trusted",
  ],
  [
    "tls_name_mismatch",
    "Certificate is for another name; check it, or `server_name`",
    "certificate for another name",
  ],
  ["tls_expired", "Certificate expired; renew it", "certificate expired"],
  [
    "tls_not_yet_valid",
    "Certificate not valid yet; check its dates and the clocks",
    "certificate not valid yet",
  ],
  [
    "tls_weak",
    "Certificate or key exchange too weak; use larger keys and a newer hash",
    "TLS too weak",
  ],
  [
    "tls_client_certificate",
    "The server refused or missed the client certificate; check `client_certificate`",
    "client certificate refused",
  ],
  [
    "closed_early",
    "The server closed the connection early; look at its log and limits",
    "closed early",
  ],
  ["no_answer", "Connected, but no answer in time; the service may hang", "gave no answer"],
  ["unexpected_answer", "The server answered something else than expected", "unexpected answer"],
  ["rejected", "The server rejected the request; check credentials and limits", "rejected"],
  [
    "rate_limited",
    "Not checked: too many checks of this destination; see `rate_limit`",
    "not checked for politeness",
  ],
  [
    "secret_unavailable",
    "Not checked: a secret can't be read; check its name and permission",
    "not checked for lack of a secret",
  ],
];

test("ERROR_KINDS keeps every kind at its position", () => {
  assert.deepEqual(
    ERROR_KINDS,
    KINDS.map(([kind]) => kind),
  );
});

for (const [kind, sentence, phrase] of KINDS) {
  test(`sentenceOfKind and phraseOfKind say of ${kind}: ${sentence}; ${phrase}`, () => {
    assert.equal(sentenceOfKind(kind), sentence);
    assert.equal(phraseOfKind(kind), phrase);
  });
}

const NAME_A_CODE: readonly ErrorKind[] = [
  "internal",
  "tls_handshake",
  "tls_untrusted",
  "tls_weak",
  "tls_client_certificate",
  "closed_early",
  "unexpected_answer",
  "rejected",
  "secret_unavailable",
];

test("sentenceOfKind names the code of a kind that has several, and of no other kind", () => {
  for (const [kind, sentence] of KINDS)
    assert.equal(
      sentenceOfKind(kind, "EMFILE"),
      NAME_A_CODE.includes(kind) ? `${sentence}: EMFILE` : sentence,
    );
});

test("usualPhaseOf gives a kind the phase in which it happens, if there is only one", () => {
  const phases = Object.fromEntries(ERROR_KINDS.map((kind) => [kind, usualPhaseOf(kind)]));
  const { dns_not_found, blocked, refused, timeout, tls_expired, no_answer, internal } = phases;
  assert.deepEqual([dns_not_found, blocked], ["resolve", "resolve"]);
  assert.deepEqual([refused, timeout], ["connect", "connect"]);
  assert.deepEqual([tls_expired, no_answer, internal], ["tls", "dialogue", null]);
});

test("isCounted leaves out what the probe itself could not do, and nothing else", () => {
  const uncounted = ERROR_KINDS.filter((kind) => !isCounted(kind));
  assert.deepEqual(uncounted, ["unsupported", "internal", "rate_limited", "secret_unavailable"]);
});

type Judged = readonly [verdict: Verdict, kind: ErrorKind | null];

const JUDGED: Readonly<Record<Outcome, { readonly open: Judged; readonly closed: Judged }>> = {
  open: { open: ["passed", null], closed: ["failed", "unexpected_open"] },
  refused: { open: ["failed", "refused"], closed: ["passed", "refused"] },
  timeout: { open: ["failed", "timeout"], closed: ["passed", "timeout"] },
  dns_not_found: { open: ["failed", "dns_not_found"], closed: ["failed", "dns_not_found"] },
  dns_timeout: { open: ["failed", "dns_timeout"], closed: ["failed", "dns_timeout"] },
  dns_failed: { open: ["failed", "dns_failed"], closed: ["failed", "dns_failed"] },
  unreachable: { open: ["failed", "unreachable"], closed: ["failed", "unreachable"] },
  reset: { open: ["failed", "reset"], closed: ["failed", "reset"] },
  blocked: { open: ["failed", "blocked"], closed: ["failed", "blocked"] },
  unsupported: { open: ["uncounted", "unsupported"], closed: ["uncounted", "unsupported"] },
  internal: { open: ["uncounted", "internal"], closed: ["uncounted", "internal"] },
  tls_handshake: { open: ["failed", "tls_handshake"], closed: ["failed", "tls_handshake"] },
  tls_cipher: { open: ["failed", "tls_cipher"], closed: ["failed", "tls_cipher"] },
  tls_version: { open: ["failed", "tls_version"], closed: ["failed", "tls_version"] },
  tls_required: { open: ["failed", "tls_required"], closed: ["failed", "tls_required"] },
  tls_not_offered: { open: ["failed", "tls_not_offered"], closed: ["failed", "tls_not_offered"] },
  tls_untrusted: { open: ["failed", "tls_untrusted"], closed: ["failed", "tls_untrusted"] },
  tls_name_mismatch: {
    open: ["failed", "tls_name_mismatch"],
    closed: ["failed", "tls_name_mismatch"],
  },
  tls_expired: { open: ["failed", "tls_expired"], closed: ["failed", "tls_expired"] },
  tls_not_yet_valid: {
    open: ["failed", "tls_not_yet_valid"],
    closed: ["failed", "tls_not_yet_valid"],
  },
  tls_weak: { open: ["failed", "tls_weak"], closed: ["failed", "tls_weak"] },
  tls_client_certificate: {
    open: ["failed", "tls_client_certificate"],
    closed: ["failed", "tls_client_certificate"],
  },
  closed_early: { open: ["failed", "closed_early"], closed: ["failed", "closed_early"] },
  no_answer: { open: ["failed", "no_answer"], closed: ["failed", "no_answer"] },
  unexpected_answer: {
    open: ["failed", "unexpected_answer"],
    closed: ["failed", "unexpected_answer"],
  },
  rejected: { open: ["failed", "rejected"], closed: ["failed", "rejected"] },
  rate_limited: { open: ["uncounted", "rate_limited"], closed: ["uncounted", "rate_limited"] },
  secret_unavailable: {
    open: ["uncounted", "secret_unavailable"],
    closed: ["uncounted", "secret_unavailable"],
  },
};

for (const [outcome, judged] of Object.entries(JUDGED) as [Outcome, (typeof JUDGED)[Outcome]][]) {
  for (const expect of ["open", "closed"] as const) {
    const [verdict, kind] = judged[expect];
    test(`judgeResult and errorKindOf take ${outcome}, expected ${expect}, for ${verdict}, ${kind}`, () => {
      assert.equal(judgeResult({ outcome, expect, icmpError: false }), verdict);
      assert.equal(errorKindOf(outcome, expect), kind);
    });

    const passesByIcmp = outcome === "unreachable" && expect === "closed";
    const byIcmp = passesByIcmp ? "passed" : verdict;
    test(`judgeResult takes ${outcome} by ICMP, expected ${expect}, for ${byIcmp}`, () =>
      assert.equal(judgeResult({ outcome, expect, icmpError: true }), byIcmp));
  }
}

test("isOutcome takes every outcome and nothing else", () => {
  assert.ok(Object.keys(JUDGED).every(isOutcome));
  for (const value of ["unexpected_open", "opened", "", undefined, null, 0, {}])
    assert.equal(isOutcome(value), false, String(value));
});
