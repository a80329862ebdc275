import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import {
  connectOnce,
  createConnect,
  dialSocket,
  leanestDial,
} from "../../../../functions/probe/socket/socket.ts";
import { loadKernelClock } from "../../../../functions/probe/timing/kernel-clock.ts";
import { StallWatch, WATCHES } from "../../../../functions/probe/timing/watch-stalls.ts";
import { startTcpServer } from "../../../fakes/tcp-server.ts";

const never = new AbortController().signal;
const clock = loadKernelClock();
const stalls = new StallWatch(WATCHES.kernel);
const skip = clock === null ? "no kernel timing on this machine" : false;

describe("loadKernelClock", () => {
  for (const [means, dial] of [
    ["Node's own binding", leanestDial],
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
          createConnect({ clock, stalls, dial }),
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
