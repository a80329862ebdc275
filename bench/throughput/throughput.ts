import { isInstalled } from "../native/build.ts";
import { publish, type Row, showSpread, skip } from "../report.ts";
import { whyNoDelayedPath } from "../truth/delayed-path.ts";
import { verdictRow } from "../verdict.ts";
import { type CostRuns, costRow, judgeCost } from "./cost-figures.ts";
import { HOLDERS, type Memory, measureMemory } from "./hold-memory.ts";
import { type Cost, SUBJECTS } from "./subjects.ts";
import { openFarTargets, openNearTargets, type Targets } from "./targets.ts";

// What a check costs: its CPU, how many a second, and the memory of an open socket.
// `npx node bench/throughput/throughput.ts [--json]`

const RUN_COUNT = 5;
const MEMORY_RUN_COUNT = 3;

// In turn, so that a busy neighbour of this machine strikes all alike, and each on a path of its
// own, so that none has to do with the ports that another used.
async function measureCosts(open: () => Promise<Targets>): Promise<Map<string, Cost[]>> {
  const costs = new Map<string, Cost[]>();
  for (let run = 0; run < RUN_COUNT; run++) {
    for (const { name, measure } of present(SUBJECTS)) {
      const targets = await open();
      costs.set(name, [...(costs.get(name) ?? []), await measure(targets)]);
      await targets.end();
    }
  }
  return costs;
}

function present<T extends { readonly needs: readonly string[] }>(all: readonly T[]): T[] {
  return all.filter(({ needs }) => needs.every(isInstalled));
}

function sayAbsent(): void {
  for (const { name, needs } of SUBJECTS)
    for (const program of needs) if (!isInstalled(program)) skip(name, `needs ${program}`);
}

function memoryRow({ subject, idleMb, perThousandMb }: Memory): Row {
  return {
    prober: subject,
    "MB with one open": showSpread(idleMb),
    "MB more per 1,000 open": showSpread(perThousandMb),
  };
}

function judgeMemory(all: readonly Memory[]): Row[] {
  const own = all.filter(({ subject }) => subject === "synfleet");
  const claim = "synfleet: MB per 1,000 open sockets beyond the idle process";
  return own.map(({ perThousandMb }) =>
    verdictRow({ claim, measured: perThousandMb.median, limit: 8, bound: "at most" }),
  );
}

async function measureMemories(): Promise<Memory[]> {
  skip("memory of nping", "it lets no socket wait long enough to look at it");
  const all: Memory[] = [];
  for (const holder of present(HOLDERS)) all.push(await measureMemory(holder, MEMORY_RUN_COUNT));
  return all;
}

async function run(whyNotFar: string | null): Promise<void> {
  if (whyNotFar !== null) skip("cost 20 ms away, and memory", whyNotFar);
  const near = await measureCosts(openNearTargets);
  const far = whyNotFar === null ? await measureCosts(openFarTargets) : new Map<string, Cost[]>();
  const memories = whyNotFar === null ? await measureMemories() : [];
  const runs = [...near].map(
    ([subject, costs]): CostRuns => ({ subject, near: costs, far: far.get(subject) ?? [] }),
  );
  publish(
    "throughput",
    "What a check costs: 1,000 at once, one core, warm where the program goes on",
    runs.map(costRow),
  );
  if (memories.length > 0) publish("memory", "Memory of open sockets", memories.map(memoryRow));
  publish("throughput-verdicts", "What must hold", [...judgeCost(runs), ...judgeMemory(memories)]);
}

sayAbsent();
const missing = ["cc", "taskset"].find((program) => !isInstalled(program));
if (missing === undefined) await run(whyNoDelayedPath());
else skip("throughput", `needs ${missing}`);
