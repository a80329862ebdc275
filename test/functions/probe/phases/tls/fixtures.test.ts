import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TlsOptions } from "node:tls";
import type { Outcome } from "../../../../../shared/result/result.ts";
import type { TlsSettings } from "../../../../../shared/task/task.ts";
import { type CertificateWish, certify, rsaKeys } from "../../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../../fakes/check-once.ts";
import { shows, startTlsServer } from "../../../../fakes/tls-server.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const PAST = { fromMs: NOW_MS - 9 * DAY_MS, untilMs: NOW_MS - DAY_MS };
const LATER = { fromMs: NOW_MS + DAY_MS };

const root = certify({ commonName: "Root", isCa: true });
const issuer = certify({ commonName: "Issuer", isCa: true, issuer: root });
const unknownRoot = certify({ commonName: "Unknown", isCa: true });
const oldIssuer = certify({ commonName: "Old", isCa: true, issuer: root, ...PAST });
const weakIssuer = certify({ commonName: "Weak", isCa: true, issuer: root, hash: "sha1" });
const small = rsaKeys(1_024);
const large = rsaKeys(2_048);

const VERIFIED: TlsSettings = { mode: "verified", verify: "subject_alt_name", ca: root.pem };

/** What a server shows if its certificate is signed by the issuer that the root has signed. */
function issued(wish: CertificateWish = {}): TlsOptions {
  return shows(certify({ issuer, ...wish }), issuer);
}

/** The second group of RFC 2409, of 1,024 bits. */
const SMALL_GROUP = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
`;

const ANY_KEY: TlsOptions = { ciphers: "DEFAULT@SECLEVEL=0" };

/** Server, settings beside the usual ones, outcome, code. */
const CASES: readonly [string, TlsOptions, Partial<TlsSettings>, Outcome, (string | null)?][] = [
  ["is good", issued(), {}, "open"],
  ["is good in TLS 1.2", { ...issued(), maxVersion: "TLSv1.2" }, {}, "open"],
  ["has no subject but good names", issued({ commonName: null }), {}, "open"],
  ["has expired", issued(PAST), {}, "tls_expired", "CERT_HAS_EXPIRED"],
  [
    "has an issuer that has expired",
    shows(certify({ issuer: oldIssuer }), oldIssuer),
    {},
    "tls_expired",
    "CERT_HAS_EXPIRED",
  ],
  ["has expired and signs itself", shows(certify(PAST)), {}, "tls_expired", "CERT_HAS_EXPIRED"],
  ["begins tomorrow", issued(LATER), {}, "tls_not_yet_valid", "CERT_NOT_YET_VALID"],
  [
    "is for another name",
    issued({ names: ["wrong.example"] }),
    {},
    "tls_name_mismatch",
    "HOSTNAME_MISMATCH",
  ],
  [
    "is for a name below a wildcard of two labels",
    issued({ names: ["*.localhost"] }),
    { serverName: "a.b.localhost" },
    "tls_name_mismatch",
    "HOSTNAME_MISMATCH",
  ],
  ["has a wildcard", issued({ names: ["*.local.host"] }), { serverName: "a.local.host" }, "open"],
  [
    "has its name in the subject alone",
    issued({ names: null }),
    {},
    "tls_name_mismatch",
    "NO_SUBJECT_ALT_NAME",
  ],
  [
    "is for another address",
    issued({ names: ["127.0.0.2"] }),
    { serverName: "127.0.0.1" },
    "tls_name_mismatch",
    "IP_ADDRESS_MISMATCH",
  ],
  ["is for its address", issued({ names: ["127.0.0.1"] }), { serverName: "127.0.0.1" }, "open"],
  ["is for its IPv6 address", issued({ names: ["::1"] }), { serverName: "::1" }, "open"],
  ["signs itself", shows(certify()), {}, "tls_untrusted", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  [
    "leads to a root that is not trusted",
    shows(certify({ issuer: unknownRoot }), unknownRoot),
    {},
    "tls_untrusted",
    "SELF_SIGNED_CERT_IN_CHAIN",
  ],
  [
    "comes without its issuer",
    shows(certify({ issuer })),
    {},
    "tls_untrusted",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  ],
  [
    "is not trusted and for another name",
    shows(certify({ names: ["wrong.example"] })),
    {},
    "tls_untrusted",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
  ],
  [
    "has a small RSA key",
    { ...issued({ keys: small }), ...ANY_KEY },
    {},
    "tls_weak",
    "EE_KEY_TOO_SMALL",
  ],
  [
    "has a small RSA key and has expired",
    { ...issued({ keys: small, ...PAST }), ...ANY_KEY },
    {},
    "tls_expired",
    "CERT_HAS_EXPIRED",
  ],
  [
    "is signed with SHA-1",
    { ...issued({ hash: "sha1" }), ...ANY_KEY },
    {},
    "tls_weak",
    "CA_MD_TOO_WEAK",
  ],
  [
    "has an issuer that is signed with SHA-1",
    { ...shows(certify({ issuer: weakIssuer }), weakIssuer), ...ANY_KEY },
    {},
    "tls_weak",
    "CA_MD_TOO_WEAK",
  ],
  [
    "has a small RSA key that the task accepts",
    { ...issued({ keys: small }), ...ANY_KEY },
    { ciphers: "DEFAULT@SECLEVEL=0" },
    "open",
  ],
  ["has its common name compared", issued({ names: null }), { verify: "common_name" }, "open"],
  [
    "has another common name",
    issued({ commonName: "wrong.example" }),
    { verify: "common_name" },
    "tls_name_mismatch",
    "HOSTNAME_MISMATCH",
  ],
  [
    "has no common name to compare",
    issued({ commonName: null }),
    { verify: "common_name" },
    "tls_name_mismatch",
    "NO_COMMON_NAME",
  ],
  ["has a name that is not compared", issued({ names: ["x.example"] }), { verify: "none" }, "open"],
  [
    "has a name that is not compared, and expired",
    issued({ names: ["x.example"], ...PAST }),
    { verify: "none" },
    "tls_expired",
    "CERT_HAS_EXPIRED",
  ],
  ["has expired, for a task that permits all", issued(PAST), { mode: "permissive" }, "open"],
  [
    "speaks TLS 1.0 only",
    { ...issued({ keys: large }), ...ANY_KEY, minVersion: "TLSv1", maxVersion: "TLSv1" },
    {},
    "tls_version",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  ],
  [
    "speaks TLS 1.0 only, which the task allows",
    { ...issued({ keys: large }), ...ANY_KEY, minVersion: "TLSv1", maxVersion: "TLSv1" },
    { minVersion: "1.0" },
    "open",
  ],
  [
    "speaks TLS 1.1 only, which the task asks for",
    { ...issued({ keys: large }), ...ANY_KEY, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" },
    { maxVersion: "1.1" },
    "open",
  ],
  [
    "speaks TLS 1.2 only, and the task 1.3",
    { ...issued(), maxVersion: "TLSv1.2" },
    { minVersion: "1.3" },
    "tls_version",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  ],
  [
    "speaks TLS 1.3 only, and the task 1.2",
    { ...issued(), minVersion: "TLSv1.3" },
    { maxVersion: "1.2" },
    "tls_version",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  ],
  [
    "has no common cipher in TLS 1.2",
    { ...issued(), maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" },
    { ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384" },
    "tls_cipher",
    "ERR_SSL_SSL_TLS_ALERT_HANDSHAKE_FAILURE",
  ],
  [
    "has no common cipher in TLS 1.3",
    { ...issued(), ciphers: "TLS_AES_128_GCM_SHA256" },
    { ciphers: "TLS_AES_256_GCM_SHA384", minVersion: "1.3" },
    "tls_cipher",
    "ERR_SSL_SSL_TLS_ALERT_HANDSHAKE_FAILURE",
  ],
  [
    "has no common group",
    { ...issued(), ecdhCurve: "P-521" },
    {},
    "tls_cipher",
    "ERR_SSL_SSL_TLS_ALERT_HANDSHAKE_FAILURE",
  ],
  [
    "has a small Diffie-Hellman group",
    {
      ...issued({ keys: large }),
      maxVersion: "TLSv1.2",
      ciphers: "DHE-RSA-AES128-GCM-SHA256@SECLEVEL=0",
      dhparam: SMALL_GROUP,
    },
    {},
    "tls_weak",
    "ERR_SSL_DH_KEY_TOO_SMALL",
  ],
  [
    "has a group that the task names",
    { ...issued(), ecdhCurve: "P-521" },
    { groups: "P-521" },
    "open",
  ],
  ["wants another group first", { ...issued(), ecdhCurve: "P-384" }, {}, "open"],
  [
    "speaks none of the task's protocols",
    { ...issued(), ALPNProtocols: ["h2"] },
    { alpn: ["imap"] },
    "tls_handshake",
    "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
  ],
  [
    "speaks one of the task's protocols",
    { ...issued(), ALPNProtocols: ["h2"] },
    { alpn: ["h2"] },
    "open",
  ],
];

describe("a check with TLS", () => {
  for (const [what, server, different, outcome, code = null] of CASES)
    it(`gives ${outcome} if the server or its certificate ${what}`, async (t) => {
      const port = await startTlsServer(t, server);
      const probe = new OneProbe();
      const result = await probe.check(deepTask(port, { tls: { ...VERIFIED, ...different } }));
      assert.deepEqual(probe.faults, []);
      assert.deepEqual([result.outcome, result.errorCode], [outcome, code]);
      assert.equal(result.detail?.failedPhase, outcome === "open" ? undefined : "tls");
      assert.ok(result.connectTimeMs !== null, "the handshake of TCP counts");
      assert.equal(probe.openCount, 0);
    });
});
