import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openHomeStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { startEmbeddedAws } from "../../local/aws/embedded-aws.ts";
import { FleetRun } from "../../local/fleet/fleet-run.ts";
import { startFleetWorkers } from "../../local/fleet/fleet-workers.ts";
import type { SeenResult } from "../../local/view/board.ts";
import { CHANNELS, type FunctionName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import type { Units } from "./capacity-units.ts";
import { startCountingProxy } from "./counting-proxy.ts";
import { timeInvocations } from "./time-invocations.ts";

/** What a fleet used in some minutes of its steady life. */
export interface Counted {
  readonly minutes: number;
  readonly results: readonly SeenResult[];
  readonly summaryCount: number;
  readonly eventCount: number;
  readonly logBytes: number;
  /** By table and operation. */
  readonly units: ReadonlyMap<string, Units>;
  readonly invocations: ReadonlyMap<FunctionName, Invocations>;
}

export interface Invocations {
  readonly count: number;
  readonly seconds: number;
}

/** From the first summaries on until what came with them has been stored. */
const SETTLE_MS = 10 * SECOND_MS;
const POLL_MS = 500;

/** Everything counted since the fleet was started. */
class Counts {
  readonly results: SeenResult[] = [];
  readonly invocations = new Map<FunctionName, Invocations>();
  summaryCount = 0;
  eventCount = 0;
  logBytes = 0;

  noteInvocation(name: FunctionName, seconds: number): void {
    const held = this.invocations.get(name) ?? { count: 0, seconds: 0 };
    this.invocations.set(name, { count: held.count + 1, seconds: held.seconds + seconds });
  }

  noteAnnounced(channel: string, messages: readonly unknown[]): void {
    if (channel === CHANNELS.result) this.results.push(...(messages as readonly SeenResult[]));
    else this.summaryCount += messages.length;
  }
}

/**
 * Runs the local fleet with the counting proxy before its database. Counts whole minutes from the
 * first summaries on: planning anew and the first alerts are over by then.
 */
export async function countFleet(
  fleet: Fleet,
  tasks: readonly Task[],
  minutes: number,
): Promise<Counted> {
  const dataDir = mkdtempSync(join(tmpdir(), "synfleet-cost-"));
  const counts = new Counts();
  const aws = await startEmbeddedAws({
    dataDir,
    fleet,
    onEvent: async () => {
      counts.eventCount += 1;
    },
    onInvocation: (invocation) => run.takeInvocation(invocation),
    disk: {
      failed: (_what, error) => {
        throw error;
      },
      worked: () => undefined,
    },
    warn: (sentence) => {
      throw new Error(sentence);
    },
  });
  const proxy = await startCountingProxy(aws.endpoints.database);
  const workers = await startFleetWorkers(
    fleet,
    { ...aws.endpoints, database: proxy.endpoint },
    {
      channels: [CHANNELS.result, CHANNELS.summary],
      onAnnounced: (channel, messages) => counts.noteAnnounced(channel, messages),
      onOutput: (text) => {
        counts.logBytes += Buffer.byteLength(text);
      },
      warn: (sentence) => process.stderr.write(`${sentence}\n`),
    },
  );
  const note = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const timed = timeInvocations(workers, (name, seconds) => counts.noteInvocation(name, seconds));
  const run = new FleetRun({
    fleet,
    client: aws.client,
    workers: timed,
    termCount: null,
    note,
    onPlanned: async () => undefined,
  });
  try {
    await openHomeStores({ client: aws.client, fleet: fleet.name }).tasks.putTasks(tasks);
    await run.start();
    while (counts.summaryCount === 0) await sleep(POLL_MS);
    await sleep(SETTLE_MS);
    const before = snapshot(counts, proxy.units);
    await sleep(minutes * MINUTE_MS);
    return difference(before, snapshot(counts, proxy.units), minutes);
  } finally {
    await run.stop();
    await workers.close();
    await proxy.close();
    await aws.close();
    rmSync(dataDir, { recursive: true });
  }
}

type Snapshot = Omit<Counted, "minutes">;

function snapshot(counts: Counts, units: ReadonlyMap<string, Units>): Snapshot {
  const { summaryCount, eventCount, logBytes } = counts;
  return {
    results: [...counts.results],
    summaryCount,
    eventCount,
    logBytes,
    units: new Map(units),
    invocations: new Map(counts.invocations),
  };
}

function difference(before: Snapshot, after: Snapshot, minutes: number): Counted {
  return {
    minutes,
    results: after.results.slice(before.results.length),
    summaryCount: after.summaryCount - before.summaryCount,
    eventCount: after.eventCount - before.eventCount,
    logBytes: after.logBytes - before.logBytes,
    units: new Map(
      [...after.units].map(([key, { table, writes, reads }]) => {
        const then = before.units.get(key);
        return [
          key,
          { table, writes: writes - (then?.writes ?? 0), reads: reads - (then?.reads ?? 0) },
        ];
      }),
    ),
    invocations: new Map(
      [...after.invocations].map(([name, { count, seconds }]) => {
        const then = before.invocations.get(name) ?? { count: 0, seconds: 0 };
        return [name, { count: count - then.count, seconds: seconds - then.seconds }];
      }),
    ),
  };
}
