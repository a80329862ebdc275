import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it, type TestContext } from "node:test";
import tls from "node:tls";
import type { TlsSettings } from "../../../../../shared/task/task.ts";
import { type Certified, certify } from "../../../../fakes/certificates.ts";
import { deepTask, OneProbe } from "../../../../fakes/check-once.ts";
import { refusedPort } from "../../../../fakes/tcp-server.ts";
import { flood, shows, startTlsServer } from "../../../../fakes/tls-server.ts";

const root = certify({ commonName: "Root", isCa: true });
const good = shows(certify({ issuer: root }));
const VERIFIED: TlsSettings = { mode: "verified", verify: "subject_alt_name", ca: root.pem };

describe("a server that floods after its handshake", () => {
  before(() => import("#phases"));

  it("is left soon if it sends data without end", async (t) => {
    const port = await startTlsServer(t, good, (socket) => flood(socket, Buffer.alloc(16_000)));
    const probe = new OneProbe();
    const startedAtMs = performance.now();
    assert.equal((await probe.check(deepTask(port, { tls: VERIFIED }))).outcome, "open");
    assert.equal(probe.openCount, 0);
    // The longest wait for a peer that does not close, and some time of a busy machine.
    assert.ok(performance.now() - startedAtMs < 2_500);
  });

  const dialogue = { steps: [{ kind: "expect", pattern: "never" }] } as const;

  /** A check that waits for data for a second. */
  async function waitForData(port: number) {
    const probe = new OneProbe();
    const task = deepTask(port, { tls: VERIFIED, dialogue }, { timeoutMs: 1_000 });
    const result = await probe.check(task);
    assert.deepEqual([probe.faults, probe.openCount], [[], 0]);
    return result;
  }

  it("is cut off if it renegotiates again and again", async (t) => {
    // Node's server has a limit of its own, which is its clients' protection as well.
    const limit = tls.CLIENT_RENEG_LIMIT;
    t.after(() => Object.assign(tls, { CLIENT_RENEG_LIMIT: limit }));
    Object.assign(tls, { CLIENT_RENEG_LIMIT: 1_000_000 });
    let count = 0;
    const port = await startTlsServer(t, { ...good, maxVersion: "TLSv1.2" }, (socket) => {
      const again = () => {
        count++;
        if (socket.writable) socket.renegotiate({}, () => setImmediate(again));
      };
      socket.resume();
      again();
    });
    assert.equal((await waitForData(port)).outcome, "closed_early");
    assert.ok(count < 50, `${count} handshakes`);
  });

  const openssl = findOpenssl();
  it("is cut off if it sends tickets without end", { skip: openssl ?? false }, async (t) => {
    const port = await startTicketServer(t, certify({ issuer: root }));
    const result = await waitForData(port);
    assert.equal(result.outcome, "closed_early");
    assert.ok(result.receivedBytes > 256 * 1_024 && result.receivedBytes < 5_000_000);
  });
});

/** Why the test can't be made; null if it can. */
function findOpenssl(): string | null {
  const { status } = spawnSync("openssl", ["version"]);
  return status === 0 ? null : "openssl is not installed";
}

/** OpenSSL's own server, which sends as many tickets as it is told. */
async function startTicketServer(t: TestContext, own: Certified): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "synfleet-tickets-"));
  const file = join(folder, "server.pem");
  await writeFile(file, own.keyPem + own.pem);
  const port = await refusedPort();
  const tickets = ["-num_tickets", "4000", "-tls1_3", "-quiet"];
  const call = ["s_server", "-accept", `127.0.0.1:${port}`, "-cert", file, ...tickets];
  const child = spawn("openssl", call, { stdio: ["pipe", "ignore", "ignore"] });
  t.after(async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });
  while (!(await isOpen(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  return port;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const opened = once(socket, "connect").then(
    () => true,
    () => false,
  );
  const isThere = await opened;
  socket.destroy();
  return isThere;
}
