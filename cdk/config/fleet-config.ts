import type { CapacityMode, SummaryClass, WatchMode } from "../../shared/contract.ts";
import type { RateLimit } from "../../shared/task/task.ts";
import type { LocationConfig } from "./location-config.ts";
import type { RegionConfig } from "./region-config.ts";

/** A fleet as `cdk.json` describes it in its context key `fleet`, with every default filled in. */
export interface FleetConfig {
  readonly name: string;
  readonly home: string;
  /** Those that probe. */
  readonly regions: readonly RegionConfig[];
  /** Those that are being taken out. */
  readonly retired: readonly RegionConfig[];
  /** Where agents probe. */
  readonly locations: readonly LocationConfig[];
  /** Overrides the built-in alert defaults; a task's own `alert` overrides both. */
  readonly alertDefaults: Readonly<Record<string, unknown>>;
  readonly alertEmail: string | null;
  readonly resultDays: number;
  /** Minutes as items of their own, and boards; then minutes are in packed hours. */
  readonly minuteDays: number;
  readonly summaryDays: number;
  readonly dayDays: number;
  /** The table class of the summaries; `"auto"`: what costs less for the expected tasks. */
  readonly summaryClass: SummaryClass | "auto";
  /** How the tables of summaries and of results are billed; `"auto"`: what costs clearly less for the expected tasks. */
  readonly capacityMode: CapacityMode | "auto";
  readonly logDays: number;
  /** By what is free, or by metrics, alarms and a dashboard that cost. */
  readonly watch: WatchMode;
  /** The time server that probes ask how far their clock is off; null if they ask none. */
  readonly clockServer: string | null;
  /** A region whose clock is farther off is named in the heartbeat, and its times are not used. */
  readonly clockThresholdMs: number;
  /** Of tasks without a `rate_limit` of their own; null: the usual one. */
  readonly rateLimit: RateLimit | null;
  /** The secrets that tasks may name, each of `secretsmanager:NAME` or `ssm:NAME`; every region reads its own. */
  readonly secrets: readonly string[];
  /** Ids of the customer managed KMS keys that encrypt them, if they are not encrypted with AWS's own. */
  readonly secretKeys: readonly string[];
  /** Who raises an alarm when home is not heard of; null without one. */
  readonly deadMan: DeadManConfig | null;
  /** Null without a public status page. */
  readonly statusPage: StatusPageConfig | null;
  /** How many tasks the fleet must be able to run; a region too small for them fails at synth. */
  readonly expectedTasks: number;
  readonly expectedScheduleSeconds: number;
  /** Whether a queue brings probes of tasks under a minute the next burst; `"auto"`: where that pays. */
  readonly bursts: boolean | "auto";
  readonly options: FleetOptions;
}

/** An outside dead man: home asks its URL once a minute. */
export interface DeadManConfig {
  /** The secret that holds the URL, `secretsmanager:NAME` or `ssm:NAME`, in the home region. */
  readonly url: string;
  readonly method: string;
}

/** A public status page: who has its address sees it. */
export interface StatusPageConfig {
  readonly title: string;
  readonly days: number;
  /** Tells each task's host and port; off by default. */
  readonly showHosts: boolean;
  /** Only tasks with this tag, `name` or `name=value`; null for all. */
  readonly tag: string | null;
  /** A name of the user's own, with its certificate; null for the distribution's. */
  readonly domain: { readonly name: string; readonly certificateArn: string } | null;
}

/** What costs extra, or is not available everywhere. Only hints are on by default. */
export interface FleetOptions {
  /**
   * Prevents that home's stack and what the user writes are deleted by mistake. It also prevents that
   * a first deploy that failed is cleaned up, so it is for a fleet that is deployed already.
   */
  readonly terminationProtection: boolean;
  /** Lets a probe tell home at once that a task turned, and home ask probes for checks at once. */
  readonly hints: boolean;
  /** Keeps every event of the bus for replay. */
  readonly eventArchive: boolean;
  /** Publishes the events' JSON Schemas in the account's registry. */
  readonly schemaRegistry: boolean;
  /** Encrypts the tables with a KMS key of the account. */
  readonly customerManagedKey: boolean;
  /** Reserves Lambda concurrency for the fleet; a new account has too little for it. */
  readonly reservedConcurrency: boolean;
}
