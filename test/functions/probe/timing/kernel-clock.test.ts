import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import {
  connectOnce,
  createConnect,
  dialSocket,
  leanestDial,
} from "../../../../functions/probe/socket/socket.ts";
import { loadKernelClock, parseTcpInfo } from "../../../../functions/probe/timing/kernel-clock.ts";
import { StallWatch, WATCHES } from "../../../../functions/probe/timing/watch-stalls.ts";
import { startTcpServer } from "../../../fakes/tcp-server.ts";

const never = new AbortController().signal;
const clock = loadKernelClock();
const stalls = new StallWatch(WATCHES.kernel);
const skip = clock === null ? "no kernel timing on this machine" : false;

/** The bytes of a `struct tcp_info`, all others being 0xff so that no neighbour is read instead. */
function tcpInfo({ rttUs = 0, varianceUs = 0, retransmits = 0 }): Buffer {
  const info = Buffer.alloc(232, 0xff);
  info.writeUInt32LE(rttUs, 68);
  info.writeUInt32LE(varianceUs, 72);
  info.writeUInt32LE(retransmits, 100);
  return info;
}

const NONE_LOST = { synRetransmits: 0 };

const INFO_CASES = [
  [
    "the first sample",
    { rttUs: 20_050, varianceUs: 10_025 },
    { connectTimeMs: 20.05, ...NONE_LOST },
  ],
  [
    "an odd figure, half of it cut off",
    { rttUs: 43, varianceUs: 21 },
    { connectTimeMs: 0.043, ...NONE_LOST },
  ],
  ["a loopback's 1 µs", { rttUs: 1, varianceUs: 0 }, { connectTimeMs: 0.001, ...NONE_LOST }],
  ["a later sample, which shows in the variance", { rttUs: 20_050, varianceUs: 10_024 }, null],
  ["a later sample, with more variance", { rttUs: 20_050, varianceUs: 10_026 }, null],
  [
    "one lost SYN",
    { rttUs: 20_050, varianceUs: 10_025, retransmits: 1 },
    { connectTimeMs: null, synRetransmits: 1 },
  ],
  [
    "lost SYNs and later samples",
    { rttUs: 20_050, varianceUs: 1, retransmits: 3 },
    { connectTimeMs: null, synRetransmits: 3 },
  ],
] as const;

describe("parseTcpInfo", () => {
  for (const [what, fields, expected] of INFO_CASES)
    it(`reads ${what}`, () => assert.deepEqual(parseTcpInfo(tcpInfo(fields), 232), expected));

  it("reads a struct that ends with the field of the retransmits, and none that ends before", () => {
    const info = tcpInfo({ rttUs: 40, varianceUs: 20 });
    assert.deepEqual(parseTcpInfo(info, 104), { connectTimeMs: 0.04, synRetransmits: 0 });
    for (const byteCount of [103, 100, 0]) assert.equal(parseTcpInfo(info, byteCount), null);
  });

  it("never gives a figure after a lost SYN", () =>
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        (rttUs, varianceUs, retransmits) =>
          assert.deepEqual(parseTcpInfo(tcpInfo({ rttUs, varianceUs, retransmits }), 104), {
            connectTimeMs: null,
            synRetransmits: retransmits,
          }),
      ),
    ));
});

describe("loadKernelClock", () => {
  for (const [means, dial] of [
    ["Node's own binding", leanestDial()],
    ["public sockets", dialSocket],
  ] as const)
    for (const address of ["127.0.0.1", "::1"])
      it(`times a handshake with ${address} through ${means}`, { skip }, async (t) => {
        assert.ok(clock !== null);
        const server = await startTcpServer(address);
        t.after(() => server.close());
        const request = { address, port: server.port, timeoutMs: 5_000 };
        const begunAt = performance.now();
        const connection = await connectOnce(
          createConnect({ dial, clock, stalls }),
          request,
          never,
        );
        assert.equal(connection?.kind, "open");
        const { connectTimeMs, elapsedMs, timing, synRetransmits } = connection.handshake;
        assert.equal(timing, "kernel");
        const tookMs = performance.now() - begunAt;
        assert.ok(connectTimeMs > 0 && connectTimeMs < tookMs);
        assert.ok(elapsedMs > 0 && elapsedMs < tookMs);
        assert.equal(synRetransmits, 0);
      });

  it("can't tell of what is no socket", { skip }, () => {
    assert.equal(clock?.read(-1), null);
    assert.equal(clock?.read(0), null);
  });

  it("serves several threads and several callers of one process", { skip }, async () => {
    assert.ok(loadKernelClock() !== null);
    const module = new URL("../../../../functions/probe/timing/kernel-clock.ts", import.meta.url);
    const script = `
      const { parentPort } = require("node:worker_threads");
      import(${JSON.stringify(module.href)}).then(({ loadKernelClock }) =>
        parentPort.postMessage(loadKernelClock().read(-1)));
    `;
    const worker = new Worker(script, { eval: true });
    const answer = await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    assert.equal(answer, null);
    await worker.terminate();
  });

  it("is null where there is no binary, or one that does not load", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "synfleet-test-"));
    t.after(() => rm(folder, { recursive: true }));
    const broken = join(folder, "koffi.node");
    writeFileSync(broken, "no binary");
    assert.equal(loadKernelClock([]), null);
    assert.equal(loadKernelClock([join(folder, "absent.node")]), null);
    assert.equal(loadKernelClock([broken]), null);
  });
});
