import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import {
  CertificateNotes,
  type SeenSession,
} from "../../../../../functions/probe/phases/tls/certificate-notes.ts";
import { type Certified, certify, rsaKeys } from "../../../../fakes/certificates.ts";

const NOW_MS = Date.UTC(2026, 5, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const fromMs = NOW_MS - DAY_MS;
const root = certify({ commonName: "Root", isCa: true, fromMs, untilMs: NOW_MS + 900 * DAY_MS });
const own = certify({ issuer: root, fromMs, untilMs: NOW_MS + 90 * DAY_MS });

const chainOf = (...certificates: readonly Certified[]) =>
  certificates.map(({ der }) => new X509Certificate(der));

function seen(different: Partial<SeenSession> = {}): SeenSession {
  return {
    taskName: "a",
    chain: chainOf(own, root),
    protocol: "TLSv1.3",
    cipher: "TLS_AES_256_GCM_SHA384",
    alpn: null,
    fault: null,
    ...different,
  };
}

describe("CertificateNotes", () => {
  it("tells all of a certificate that is new, and then only its note", () => {
    const notes = new CertificateNotes();
    const { certificate, certificateFacts } = notes.tell(seen(), NOW_MS);
    assert.deepEqual(certificate, {
      id: certificate?.id,
      fromMs,
      untilMs: NOW_MS + 90 * DAY_MS,
    });
    assert.match(certificate.id, /^[0-9a-f]{16}$/);
    const [first, second] = certificateFacts?.chain ?? [];
    assert.deepEqual(first, {
      subject: "CN=localhost",
      issuer: "CN=Root",
      names: ["localhost", "127.0.0.1"],
      nameCount: 2,
      serial: new X509Certificate(own.der).serialNumber,
      fingerprint: new X509Certificate(own.der).fingerprint256.replaceAll(":", "").toLowerCase(),
      fromMs,
      untilMs: NOW_MS + 90 * DAY_MS,
      keyType: "EC",
      keyBits: 256,
    });
    assert.equal(second?.subject, "CN=Root");
    assert.deepEqual(notes.tell(seen(), NOW_MS + MINUTE_MS), { certificate });
  });

  it("tells of it again after an hour, and after a clock was set back by more", () => {
    const notes = new CertificateNotes();
    const isTold = (atMs: number) => notes.tell(seen(), atMs).certificateFacts !== undefined;
    const told = [0, HOUR_MS - 1, HOUR_MS, HOUR_MS + 1, -2 * HOUR_MS].map((ms) =>
      isTold(NOW_MS + ms),
    );
    assert.deepEqual(told, [true, false, true, false, true]);
  });

  const changes: readonly [string, Partial<SeenSession>][] = [
    ["the task", { taskName: "b" }],
    ["the certificate", { chain: chainOf(certify({ issuer: root }), root) }],
    ["what is above it", { chain: chainOf(own) }],
    ["the version", { protocol: "TLSv1.2" }],
    ["the cipher", { cipher: "TLS_AES_128_GCM_SHA256" }],
    ["the protocol in TLS", { alpn: "h2" }],
    ["what is wrong", { fault: "CERT_HAS_EXPIRED" }],
  ];
  for (const [what, different] of changes)
    it(`tells all if ${what} has changed`, () => {
      const notes = new CertificateNotes();
      notes.tell(seen(), NOW_MS);
      const { certificateFacts } = notes.tell(seen(different), NOW_MS);
      assert.ok(certificateFacts !== undefined);
      assert.equal(certificateFacts.fault, different.fault ?? null);
    });

  it("gives another id to another chain only", () => {
    const notes = new CertificateNotes();
    const idOf = (chain: X509Certificate[]) => notes.tell(seen({ chain }), NOW_MS).certificate?.id;
    assert.equal(idOf(chainOf(own, root)), idOf(chainOf(own, root)));
    assert.notEqual(idOf(chainOf(own, root)), idOf(chainOf(own)));
  });

  it("notes the earliest end of the chain, but not of what a trusted one does not need", () => {
    const notes = new CertificateNotes();
    const endOf = (untilMs: number, fault: string | null) => {
      const above = certify({ commonName: "Above", isCa: true, fromMs, untilMs });
      return notes.tell(seen({ chain: chainOf(own, above), fault }), NOW_MS).certificate?.untilMs;
    };
    assert.equal(endOf(NOW_MS + 2 * DAY_MS, null), NOW_MS + 2 * DAY_MS);
    assert.equal(endOf(NOW_MS - DAY_MS / 2, null), NOW_MS + 90 * DAY_MS);
    assert.equal(endOf(NOW_MS - DAY_MS / 2, "CERT_HAS_EXPIRED"), NOW_MS - DAY_MS / 2);
  });

  it("tells nothing of a server that shows no certificate", () =>
    assert.deepEqual(new CertificateNotes().tell(seen({ chain: [] }), NOW_MS), {}));

  it("tells of a thousand certificates within bounds a minute, and of all in the end", () => {
    const notes = new CertificateNotes();
    const chains = Array.from({ length: 1_000 }, (_, i) =>
      chainOf(certify({ names: [`${i}.example`], keys: own.keys, issuer: root }), root),
    );
    const told = new Set<string>();
    let minute = 0;
    for (; told.size < chains.length && minute < 60; minute++) {
      let bytes = 0;
      for (const [i, chain] of chains.entries()) {
        const { certificateFacts } = notes.tell(
          seen({ taskName: `${i}`, chain }),
          NOW_MS + minute * MINUTE_MS,
        );
        if (certificateFacts === undefined) continue;
        bytes += JSON.stringify(certificateFacts).length;
        told.add(`${i}`);
      }
      assert.ok(bytes < 70_000, `${bytes} in minute ${minute}`);
    }
    assert.equal(told.size, 1_000);
    assert.ok(minute <= 20, `${minute} minutes`);
  });

  it("tells a thousand tasks at once of one certificate, which a chunk stores once", () => {
    const notes = new CertificateNotes();
    const chain = chainOf(own, root);
    for (let i = 0; i < 1_000; i++) {
      const { certificateFacts } = notes.tell(seen({ taskName: `${i}`, chain }), NOW_MS);
      assert.ok(certificateFacts !== undefined);
    }
  });

  it("says of a key what it can", () => {
    const notes = new CertificateNotes();
    const rsa = certify({ keys: rsaKeys(2_048) });
    const [link] = notes.tell(seen({ chain: chainOf(rsa) }), NOW_MS).certificateFacts?.chain ?? [];
    assert.deepEqual([link?.keyType, link?.keyBits], ["RSA", 2_048]);
  });
});
