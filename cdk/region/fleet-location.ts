import { CfnOutput } from "aws-cdk-lib";
import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { type RegionTable, regionTableName } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import type { LocationConfig } from "../config/location-config.ts";
import { fleetKey } from "../parts/fleet-key.ts";
import { hintStatements } from "../parts/grants.ts";
import { probePermissions } from "../parts/probe-permissions.ts";
import { secretStatements } from "../parts/secret-grants.ts";
import { fleetTable } from "../parts/tables.ts";

/** A fleet, and one of its locations. */
export interface FleetLocationProps {
  readonly fleet: FleetConfig;
  readonly location: LocationConfig;
}

/**
 * What an agent needs of AWS: the tables of its location, and a policy with what it may do. The user
 * attaches the policy to the identity that the agent has; no user and no key is made.
 */
export class FleetLocation extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, { fleet, location }: FleetLocationProps) {
    super(scope, id);
    const key = fleetKey(this, fleet);
    const table = (name: RegionTable) =>
      fleetTable(this, {
        table: name,
        tableName: regionTableName(fleet.name, name, location.name),
        key,
        isProtected: false,
      });
    this.policy = new ManagedPolicy(this, "Policy", {
      managedPolicyName: `${fleet.name}-agent-${location.name}`,
      description: `What the agent of ${location.name} may do`,
      statements: [
        ...probePermissions(table("plans"), table("results")),
        ...hintStatements(this, fleet),
        ...secretStatements(this, fleet),
      ],
    });
    new CfnOutput(this, "PolicyArn", { value: this.policy.managedPolicyArn });
  }
}
