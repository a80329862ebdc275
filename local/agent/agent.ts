import { join } from "node:path";
import {
  createDynamoDbClient,
  openAgentStores,
  openChunkSender,
} from "../../functions/adapters/dynamodb/dynamodb.ts";
import { connectServices, type ProbeServices, systemClock } from "../../functions/probe/probe.ts";
import { DAY_MS, type RegionName } from "../../shared/units.ts";
import { AgentFiles } from "./agent-files.ts";
import { KeptLeases } from "./kept-leases.ts";
import { keepPlans } from "./kept-plans.ts";
import { ASK_AGAIN_MS, Reach } from "./reach.ts";
import { loopShard } from "./shard-loop.ts";
import { Spool } from "./spool.ts";
import { type AgentStatus, STATUS_FILE } from "./status.ts";

/** What an agent runs for, and with. */
export interface AgentSetup {
  readonly fleet: string;
  readonly location: RegionName;
  readonly home: RegionName;
  readonly dir: string;
  /** How long home keeps results. */
  readonly resultDays: number;
  /** The variables of a probe function that are set, by the names of `ENV`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: AbortSignal;
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Probes for one location, also while AWS is away, until it is stopped and everything is flushed. */
export async function runAgent(setup: AgentSetup): Promise<void> {
  const agent = await Agent.open(setup);
  await agent.run();
}

class Agent {
  readonly #setup: AgentSetup;
  readonly #startedAtMs = systemClock.now();
  readonly #loops = new Map<number, Promise<void>>();
  readonly #files: AgentFiles;
  #reach!: Reach;
  #leases!: KeptLeases;
  #spool!: Spool;
  #services!: ProbeServices;
  #plans!: ProbeServices["plans"];

  private constructor(setup: AgentSetup, files: AgentFiles) {
    this.#setup = setup;
    this.#files = files;
  }

  static async open(setup: AgentSetup): Promise<Agent> {
    const agent = new Agent(setup, await AgentFiles.open(setup.dir));
    await agent.#connect();
    return agent;
  }

  async run(): Promise<void> {
    const { stop, log, location } = this.#setup;
    const { waiting } = this.#spool.counts;
    log({ event: "started", location, pid: process.pid, waiting });
    while (!stop.aborted) {
      await this.#look();
      await systemClock.sleep(ASK_AGAIN_MS, stop);
    }
    await Promise.all(this.#loops.values());
    await this.#writeStatus();
    log({ event: "stopped", location, ...this.#spool.counts });
  }

  async #connect(): Promise<void> {
    const { fleet, location: region, home, dir, stop, environment, resultDays } = this.#setup;
    const { now } = systemClock;
    const keepMs = resultDays * DAY_MS;
    const at = { client: createDynamoDbClient(home), fleet, region, keepMs, now };
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
    // Secrets and hints are at home.
    this.#services = {
      ...connectServices({ ...environment, AWS_REGION: home }, stop),
      ...{ region, plans: this.#plans, leases: this.#leases, results: chunks, log: this.#log },
    };
  }

  /** Starts what the plan has, delivers what waits, and says how it is. */
  async #look(): Promise<void> {
    const manifest = await this.#plans.readManifest().catch(() => null);
    for (const { shard } of manifest?.shards ?? []) this.#start(shard);
    if (manifest === null && this.#loops.size === 0)
      this.#setup.log({ event: "waiting", reason: this.#reach.lost?.why ?? "No plan is stored" });
    if (this.#reach.lost === null) void this.#spool.drain();
    await this.#writeStatus();
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
      ...(lost !== null && { awayFromMs: lost.atMs }),
      ...this.#spool.counts,
    });
  };

  readonly #tellReach = (): void => {
    const { lost } = this.#reach;
    const { log } = this.#setup;
    if (lost === null) log({ event: "aws-back", waiting: this.#spool.counts.waiting });
    else log({ event: "aws-away", reason: lost.why });
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
    };
    await this.#files.write(STATUS_FILE, JSON.stringify(status)).catch(() => undefined);
  }
}
