import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  CfnTable,
  Table,
  type TableClass,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import {
  type HomeTable,
  NUMBER_KEYS,
  type RegionTable,
  TABLE_KEYS,
  TTL_ATTRIBUTE,
} from "../../shared/contract.ts";
import { SCALED_AT_PERCENT, type Throughput } from "../../shared/cost/cost.ts";
import { acknowledge } from "./acknowledge.ts";

/** Which table, its physical name, and the key that encrypts it. */
export interface FleetTableProps {
  readonly tableName: string;
  readonly table: HomeTable | RegionTable;
  /** Null for the key that AWS owns. */
  readonly key: IKey | null;
  /** Whether what the user writes is protected from deletion. */
  readonly isProtected: boolean;
  /** Changed in place, at most twice in 30 days; absent: DynamoDB's default. */
  readonly tableClass?: TableClass;
  /** With what it is provisioned; absent or null: it is billed on demand. */
  readonly throughput?: Throughput | null;
}

/** Up to how many times the capacity is raised: a user's export reads far more than the fleet. */
const MOST_TIMES = { writes: 10, reads: 40 } as const;

/** Tables whose items only the user can write again. */
const IRREPLACEABLE: readonly string[] = ["tasks", "settings"];

/** Tables whose items never expire. */
const LASTING: readonly string[] = ["tasks"];

/**
 * Makes one table of the fleet with the keys of shared/contract.ts. It is kept
 * when the stack is deleted, but not when its first deploy fails, so that this can be repeated. What
 * the user writes can be restored to any second, and is protected from deletion if the fleet asks for it.
 */
export function fleetTable(scope: Construct, props: FleetTableProps): Table {
  const [partition, sort] = TABLE_KEYS[props.table].map((name) => ({
    name,
    type: NUMBER_KEYS.includes(name) ? AttributeType.NUMBER : AttributeType.STRING,
  }));
  if (partition === undefined) throw new Error(`Table ${props.table} has no key in the contract`);
  const irreplaceable = IRREPLACEABLE.includes(props.table);
  const table = new Table(scope, tableId(props.table), {
    tableName: props.tableName,
    partitionKey: partition,
    ...(sort === undefined ? {} : { sortKey: sort }),
    ...billing(props.throughput ?? null),
    ...(props.tableClass === undefined ? {} : { tableClass: props.tableClass }),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: irreplaceable },
    deletionProtection: irreplaceable && props.isProtected,
    ...(LASTING.includes(props.table) ? {} : { timeToLiveAttribute: TTL_ATTRIBUTE }),
    ...(props.key === null
      ? {}
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.key }),
  });
  if (props.throughput) scaleFrom(table, props.throughput);
  if (!irreplaceable)
    acknowledge(
      table,
      ["AwsSolutions-DDB3"],
      "The functions make these items anew, and they expire: to restore them would be to go back in time.",
    );
  return table;
}

function billing(throughput: Throughput | null) {
  if (throughput === null) return { billingMode: BillingMode.PAY_PER_REQUEST };
  const { writes: writeCapacity, reads: readCapacity } = throughput;
  return { billingMode: BillingMode.PROVISIONED, writeCapacity, readCapacity };
}

/**
 * Capacity is raised where the load grows beyond what is expected, and never below it: after an hour
 * without home, the load comes back at once.
 */
function scaleFrom(table: Table, { writes, reads }: Throughput): void {
  // CDK leaves the default out, but what a template no longer says may stay as it is.
  if (table.node.defaultChild instanceof CfnTable)
    table.node.defaultChild.billingMode = BillingMode.PROVISIONED;
  const scaling = { targetUtilizationPercent: SCALED_AT_PERCENT };
  table
    .autoScaleWriteCapacity({ minCapacity: writes, maxCapacity: writes * MOST_TIMES.writes })
    .scaleOnUtilization(scaling);
  table
    .autoScaleReadCapacity({ minCapacity: reads, maxCapacity: reads * MOST_TIMES.reads })
    .scaleOnUtilization(scaling);
}

/** `task-status` → `TaskStatusTable`. */
function tableId(table: string): string {
  const words = table.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}Table`;
}
