import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { type RegionTable, regionTableName } from "../../shared/contract.ts";
import { hasBursts } from "../config/bursts.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import type { RegionConfig } from "../config/region-config.ts";
import { expectedResultThroughput } from "../config/steady-tables.ts";
import { watchRegion } from "../observe/watch-region.ts";
import { dynamoDbEndpoint } from "../parts/dynamodb-endpoint.ts";
import { FleetFunction } from "../parts/fleet-function.ts";
import { fleetKey } from "../parts/fleet-key.ts";
import { probeEnvironment } from "../parts/function-environment.ts";
import { hintStatements } from "../parts/grants.ts";
import { MailTopic } from "../parts/mail-topic.ts";
import { probePermissions } from "../parts/probe-permissions.ts";
import { MinuteSchedules } from "../parts/schedules.ts";
import { secretStatements } from "../parts/secret-grants.ts";
import { fleetTable } from "../parts/tables.ts";
import { BurstQueue } from "./burst-queue.ts";

/** A fleet, and one of its regions. */
export interface ProbeFleetRegionProps {
  readonly fleet: FleetConfig;
  /** Which of the fleet's regions this is. */
  readonly region: RegionConfig;
}

/**
 * For each shard. An invocation with long timeouts still waits while the next one, and the one after
 * it, begin; two more are for what home asks to check at once, so that it delays no lease term.
 */
const CONCURRENT_INVOCATIONS = 5;

/**
 * Everything that one region needs to probe: its tables of plans and results, one function, and one
 * schedule for each shard. It depends on nothing outside the region: its hints to home may be lost.
 */
export class ProbeFleetRegion extends Construct {
  readonly probe: FleetFunction;
  /** The alarms, so that the user can add actions. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ProbeFleetRegionProps) {
    super(scope, id);
    const { fleet, region } = props;
    const key = fleetKey(this, fleet);
    const table = (name: RegionTable) =>
      fleetTable(this, {
        table: name,
        tableName: regionTableName(fleet.name, name, region.name),
        key,
        isProtected: false,
        ...(name === "results" && { throughput: expectedResultThroughput(fleet, region) }),
      });
    const bursts = hasBursts(fleet, region) ? new BurstQueue(this, "Bursts") : null;
    this.probe = new FleetFunction(this, "Probe", {
      fleet,
      function: "probe",
      memoryMb: region.memoryMb,
      environment: { ...probeEnvironment(fleet, region), ...bursts?.environment },
      permissions: [
        ...probePermissions(table("plans"), table("results")),
        ...(bursts?.permissions ?? []),
        ...hintStatements(this, fleet),
        ...secretStatements(this, fleet),
      ],
      vpc: region.vpc,
      reservedConcurrency: fleet.options.reservedConcurrency
        ? CONCURRENT_INVOCATIONS * region.shards
        : null,
    });
    bursts?.feed(this.probe.lambda, region.shards);
    dynamoDbEndpoint(this, region.name, region.vpc?.dynamodbEndpoint);
    new MinuteSchedules(this, "Schedules", this.#schedules(props));
    this.alarms = watchRegion(this, props, this.probe);
    if (fleet.alertEmail !== null && this.alarms.length > 0)
      new MailTopic(this, "Mail", { address: fleet.alertEmail, alarms: this.alarms });
  }

  #schedules({ fleet, region }: ProbeFleetRegionProps) {
    return Array.from({ length: region.shards }, (_, shard) => ({
      name: `${fleet.name}-probe-${shard}`,
      target: this.probe.lambda,
      input: { shard },
    }));
  }
}
