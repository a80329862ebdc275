import { join } from "node:path";
import { openAgentStores, openChunkSender } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { type ProbeServices, systemClock } from "../../functions/probe/probe.ts";
import type { Manifest } from "../../shared/plan/plan.ts";
import { sumOf } from "../../shared/sum-of.ts";
import { DAY_MS, type EpochMs, type RegionName } from "../../shared/units.ts";
import type { AgentEvent } from "./agent-event.ts";
import { AgentFiles } from "./agent-files.ts";
import { lockFolder } from "./agent-lock.ts";
import { connectHome, connectTables, type HomeSetup } from "./connect-home.ts";
import { KeptLeases } from "./kept-leases.ts";
import { keepPlans } from "./kept-plans.ts";
import { ASK_AGAIN_MS, Reach } from "./reach.ts";
import { loopShard } from "./shard-loop.ts";
import { Spool } from "./spool.ts";
import { type AgentStatus, STATUS_FILE } from "./status.ts";

export type { AgentEvent, TermEvent } from "./agent-event.ts";
export { FolderInUseError } from "./agent-lock.ts";
export { findLocalHome, openLocalHome, UnknownAgentError } from "./local-home.ts";

/** What an agent runs for, and with. */
export interface AgentSetup extends HomeSetup {
  readonly fleet: string;
  readonly location: RegionName;
  readonly dir: string;
  /** How long home keeps results. */
  readonly resultDays: number;
  readonly log: (event: AgentEvent) => void;
}

/**
 * Probes for one location, also while AWS is away, until it is stopped and everything is flushed. Throws
 * FolderInUseError if another agent works on the folder.
 */
export async function runAgent(setup: AgentSetup): Promise<void> {
  const files = await AgentFiles.open(setup.dir);
  const lock = await lockFolder(setup.dir);
  try {
    const agent = await Agent.open(setup, files);
    await agent.run();
  } finally {
    await lock.release();
  }
}

class Agent {
  readonly #setup: AgentSetup;
  readonly #startedAtMs = systemClock.now();
  readonly #loops = new Map<number, Promise<void>>();
  readonly #files: AgentFiles;
  /** Of the plan that was told last. */
  #bundles: string | null = null;
  #reach!: Reach;
  #leases!: KeptLeases;
  #spool!: Spool;
  #services!: ProbeServices;
  #plans!: ProbeServices["plans"];

  private constructor(setup: AgentSetup, files: AgentFiles) {
    this.#setup = setup;
    this.#files = files;
  }

  static async open(setup: AgentSetup, files: AgentFiles): Promise<Agent> {
    const agent = new Agent(setup, files);
    await agent.#connect();
    return agent;
  }

  async run(): Promise<void> {
    const { stop, log, fleet, location, home, dir } = this.#setup;
    log({ event: "started", fleet, location, home, dir, pid: process.pid, ...this.#spool.counts });
    let stoppedAtMs = Number.POSITIVE_INFINITY;
    stop.addEventListener("abort", () => {
      stoppedAtMs = systemClock.now();
    });
    while (!stop.aborted) {
      await this.#look();
      await systemClock.sleep(ASK_AGAIN_MS, stop);
    }
    await Promise.all(this.#loops.values());
    await this.#leave(Math.min(stoppedAtMs, systemClock.now()));
    await this.#writeStatus();
    log({ event: "stopped", location, ...this.#spool.counts });
  }

  /** Makes way for another agent, and delivers what may be delivered then. */
  async #leave(stoppedAtMs: EpochMs): Promise<void> {
    for (const shard of this.#loops.keys())
      await this.#leases.giveBack(shard, stoppedAtMs).catch(() => undefined);
    if (this.#reach.lost === null) await this.#deliver();
  }

  async #connect(): Promise<void> {
    const { fleet, location: region, dir, resultDays } = this.#setup;
    const { now } = systemClock;
    const client = connectTables(this.#setup);
    const at = { client, fleet, region, keepMs: resultDays * DAY_MS, now };
    this.#reach = new Reach(systemClock, this.#tellReach);
    this.#spool = await Spool.open({
      files: await AgentFiles.open(join(dir, "results")),
      clock: systemClock,
      send: openChunkSender(at),
      isHeld: (shard, termFromMs) => this.#leases.isLocal(shard, termFromMs),
      isAway: () => this.#reach.lost !== null,
      sendFailed: (error) => this.#reach.lose(error),
    });
    const { chunks, ...stored } = openAgentStores(at, this.#spool.put);
    const ways = { files: this.#files, reach: this.#reach };
    this.#leases = await KeptLeases.open({
      ...{ ...ways, now, stored: stored.leases },
      settled: async (shard, lost) => await this.#spool.drop(shard, lost),
    });
    this.#plans = keepPlans({ ...ways, stored: stored.plans });
    this.#services = {
      ...connectHome(this.#setup),
      ...{ region, plans: this.#plans, leases: this.#leases, results: chunks, log: this.#log },
    };
  }

  /** Starts what the plan has, delivers what waits, and says how it is. */
  async #look(): Promise<void> {
    if (this.#reach.lost !== null) await this.#setup.findHome?.();
    const manifest = await this.#plans.readManifest().catch(() => null);
    if (manifest !== null) this.#follow(manifest);
    else if (this.#loops.size === 0)
      this.#setup.log({ event: "no-plan", reason: this.#reach.lost?.why ?? "No plan is stored" });
    if (this.#reach.lost === null) void this.#deliver();
    await this.#writeStatus();
  }

  #follow({ plannedAtMs, shards }: Manifest): void {
    const bundles = shards.map(({ shard, bundle }) => `${shard} ${bundle}`).join();
    const tasks = sumOf(shards, ({ taskCount }) => taskCount);
    if (bundles !== this.#bundles)
      this.#setup.log({ event: "plan", plannedAtMs, shards: shards.length, tasks });
    this.#bundles = bundles;
    for (const { shard } of shards) this.#start(shard);
  }

  async #deliver(): Promise<void> {
    const delivered = await this.#spool.drain();
    const { waiting } = this.#spool.counts;
    if (delivered > 0) this.#setup.log({ event: "delivered", delivered, waiting });
  }

  #start(shard: number): void {
    if (this.#loops.has(shard)) return;
    const { stop, log } = this.#setup;
    const loop = loopShard({
      ...{ shard, stop, services: this.#services, leases: this.#leases, clock: systemClock },
      failed: (shard, error) => log({ event: "failed", shard, error: String(error) }),
    });
    this.#loops.set(shard, loop);
  }

  /** The line of a term, with what a function's log does not know. */
  readonly #log: ProbeServices["log"] = ({ metrics, function: _, ...line }) => {
    void this.#writeStatus();
    const isElsewhere = this.#leases.keptOf(Number(line.shard))?.isMine === false;
    const idle = line.idle !== undefined && isElsewhere ? "Another agent has the lease" : line.idle;
    const { lost } = this.#reach;
    this.#setup.log({
      event: "term",
      ...line,
      ...(idle !== undefined && { idle }),
      ...metrics,
      ...(lost !== null && { lostAtMs: lost.atMs }),
      ...this.#spool.counts,
    });
  };

  readonly #tellReach = (lostAtMs: EpochMs): void => {
    const { lost } = this.#reach;
    const { log } = this.#setup;
    if (lost === null) log({ event: "aws-back", lostAtMs, waiting: this.#spool.counts.waiting });
    else log({ event: "aws-lost", atMs: lost.atMs, reason: lost.why });
  };

  async #writeStatus(): Promise<void> {
    const { location, fleet } = this.#setup;
    const shards = [...this.#loops.keys()].map((shard) => ({
      shard,
      isMine: this.#leases.keptOf(shard)?.isMine ?? false,
      claimedToMs: this.#leases.claimedToMs(shard),
    }));
    const status: AgentStatus = {
      ...{ fleet, location, pid: process.pid, startedAtMs: this.#startedAtMs },
      ...{ atMs: systemClock.now(), away: this.#reach.lost, shards, spool: this.#spool.counts },
      ...(this.#setup.findHome !== undefined && { isLocal: true }),
    };
    await this.#files.write(STATUS_FILE, JSON.stringify(status)).catch(() => undefined);
  }
}
