import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { ENV, type RegionTable, regionTableName } from "../shared/contract.ts";
import { probeAlarms } from "./alarms.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { FleetFunction } from "./fleet-function.ts";
import { fleetKey } from "./fleet-key.ts";
import { tableStatement } from "./grants.ts";
import { logRetention } from "./log-retention.ts";
import type { RegionConfig } from "./region-config.ts";
import { MinuteSchedules } from "./schedules.ts";
import { fleetTable } from "./tables.ts";

export interface ProbeFleetRegionProps {
  readonly fleet: FleetConfig;
  /** Which of the fleet's regions this is. */
  readonly region: RegionConfig;
}

/** A cover of 60 s, the longest timeout of 60 s, and what it takes to store the last results. */
const PROBE_TIMEOUT = Duration.seconds(150);

/** A cover that waits out long timeouts overlaps the next one, and that the next. */
const CONCURRENT_COVERS = 3;

/**
 * Everything that probes from one region: its plans and results, one function, and one schedule a
 * shard. It depends on nothing outside the region.
 */
export class ProbeFleetRegion extends Construct {
  readonly probe: FleetFunction;

  constructor(scope: Construct, id: string, props: ProbeFleetRegionProps) {
    super(scope, id);
    const { fleet, region } = props;
    const key = fleetKey(this, fleet);
    const table = (name: RegionTable) =>
      fleetTable(this, {
        table: name,
        tableName: regionTableName(fleet.name, name, region.name),
        key,
      });
    this.probe = new FleetFunction(this, "Probe", {
      function: "probe",
      functionName: `${fleet.name}-probe`,
      memoryMb: region.memoryMb,
      timeout: PROBE_TIMEOUT,
      environment: probeEnvironment(props),
      permissions: probePermissions(table("plans"), table("results")),
      logGroup: new LogGroup(this, "ProbeLog", {
        logGroupName: `/aws/lambda/${fleet.name}-probe`,
        retention: logRetention(fleet.logDays),
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      vpc: region.vpc,
      reservedConcurrency: fleet.options.reservedConcurrency
        ? CONCURRENT_COVERS * region.shards
        : null,
    });
    this.#schedule(props);
    probeAlarms(this, props, this.probe.lambda);
  }

  #schedule({ fleet, region }: ProbeFleetRegionProps): void {
    const schedules = new MinuteSchedules(this, "Schedules");
    schedules.mayInvoke(this.probe.lambda);
    for (let shard = 0; shard < region.shards; shard++)
      schedules.everyMinute(`${fleet.name}-probe-${shard}`, this.probe.lambda, { shard });
  }
}

function probePermissions(plans: Table, results: Table): PolicyStatement[] {
  return [
    tableStatement({ sid: "ReadPlans", actions: ["GetItem"], tableArns: [plans.tableArn] }),
    tableStatement({
      sid: "ReadLeases",
      actions: ["GetItem"],
      tableArns: [results.tableArn],
      keys: ["lease#*"],
    }),
    tableStatement({ sid: "StoreResults", actions: ["PutItem"], tableArns: [results.tableArn] }),
  ];
}

function probeEnvironment({ fleet, region }: ProbeFleetRegionProps): Record<string, string> {
  return {
    [ENV.fleet]: fleet.name,
    [ENV.allowedCidrs]: (region.vpc?.allowedPrivateCidrs ?? []).join(","),
    [ENV.ipv6]: String(region.vpc?.ipv6 ?? false),
    [ENV.resultDays]: String(fleet.resultDays),
  };
}
