import { loadKernelClock } from "../../functions/probe/timing/timing.ts";
import { publish, skip } from "../report.ts";
import { limitCpu, whyNoCpuShare } from "./cpu-share.ts";
import { openDelayedPath, whyNoDelayedPath } from "./delayed-path.ts";
import { measureError } from "./measure-error.ts";
import { PEERS } from "./peers.ts";
import { SCENES, type Subject, whyMissing } from "./subject.ts";
import { synfleet } from "./synfleet-subject.ts";
import { judgeTruth, KERNEL, type TruthFigures, truthRow, WHOLE_CORE_MB } from "./truth-figures.ts";

// How true each prober's figure is when checks are due at once, on a whole core and on the share
// that a small function has. The truth is the kernel's time stamps of the packets.
// `npx node bench/truth/truth.ts [--json] [--quick]`

const DELAY_MS = 20;
const MEMORIES_MB = [WHOLE_CORE_MB, 512, 256, 128];

const isQuick = process.argv.includes("--quick");

async function measure(subject: Subject, memoryMb: number): Promise<TruthFigures[]> {
  const scenes = SCENES.filter(({ count }) => !isQuick || count === 1 || count === 1_000);
  const path = await openDelayedPath(DELAY_MS);
  const share = limitCpu(memoryMb / WHOLE_CORE_MB);
  const series = await subject.measure({ namespace: path.namespace, share, core: 0 }, scenes);
  share.remove();
  const truths = await path.end();
  return series.map((one) => ({
    subject: one.subject,
    memoryMb,
    count: one.scene.count,
    ...measureError(one, truths),
  }));
}

function memories(): readonly number[] {
  const why = whyNoCpuShare();
  if (why !== null) skip("shares of a core", why);
  const all = why === null ? MEMORIES_MB : [WHOLE_CORE_MB];
  return isQuick ? all.filter((mb) => mb === WHOLE_CORE_MB || mb === 128) : all;
}

function peersHere(): Subject[] {
  return PEERS.filter((peer) => {
    const why = whyMissing(peer);
    if (why !== null) skip(peer.name, why);
    return why === null;
  });
}

function ownProbes(memoryMb: number): Subject[] {
  const user = synfleet(memoryMb, "user");
  if (loadKernelClock() !== null) return [synfleet(memoryMb, "kernel"), user];
  skip(KERNEL, "no binary for this platform");
  return [user];
}

async function measureAll(): Promise<TruthFigures[]> {
  const peers = peersHere();
  const all: TruthFigures[] = [];
  for (const memoryMb of memories())
    for (const subject of [...ownProbes(memoryMb), ...peers])
      all.push(...(await measure(subject, memoryMb)));
  return all;
}

const why = whyNoDelayedPath();
if (why !== null) skip("truth", why);
else {
  const all = await measureAll();
  publish("truth", `Error over a path of ${DELAY_MS} ms, checks due at once`, all.map(truthRow));
  publish("truth-verdicts", "What must hold", judgeTruth(all));
}
