import { ArnFormat, Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";
import { EVENT_SOURCE, functionName } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";

/** The ARN of a table in any region of this account, by name, so that no stack refers to another. */
export function tableArn(scope: IConstruct, tableName: string, region: string): string {
  return Stack.of(scope).formatArn({
    service: "dynamodb",
    region,
    resource: "table",
    resourceName: tableName,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** Allows actions on tables; `keys` restricts them to partition keys, with `*` as a wildcard. */
export function tableStatement(props: {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly tableArns: readonly string[];
  readonly keys?: readonly string[];
}): PolicyStatement {
  return new PolicyStatement({
    sid: props.sid,
    actions: props.actions.map((action) => `dynamodb:${action}`),
    resources: [...props.tableArns],
    ...(props.keys === undefined
      ? {}
      : { conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...props.keys] } } }),
  });
}

/** Allows to publish on one bus, with this fleet's event source only. */
export function publishStatement(busArn: string): PolicyStatement {
  return new PolicyStatement({
    sid: "PublishEvents",
    actions: ["events:PutEvents"],
    resources: [busArn],
    conditions: { StringEquals: { "events:source": EVENT_SOURCE } },
  });
}

/** Allows a function to write its own log, which the stack has created. */
export function logStatement(log: LogGroup): PolicyStatement {
  return new PolicyStatement({
    sid: "WriteOwnLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [log.logGroupArn],
  });
}

/** Allows a probe to invoke home's aggregate function, by its name; nothing if hints are off. */
export function hintStatements(scope: IConstruct, fleet: FleetConfig): PolicyStatement[] {
  if (!fleet.options.hints) return [];
  return [
    new PolicyStatement({
      sid: "SendHints",
      actions: ["lambda:InvokeFunction"],
      resources: [functionArn(scope, functionName(fleet.name, "aggregate"), fleet.home)],
    }),
  ];
}

/**
 * Allows to invoke the probe function, by its name, in the fleet's regions and in no other; nothing
 * if hints are off. An ARN for each region would not fit into a role of a fleet in every region.
 */
export function requestStatements(scope: IConstruct, fleet: FleetConfig): PolicyStatement[] {
  if (!fleet.options.hints) return [];
  return [
    new PolicyStatement({
      sid: "AskProbes",
      actions: ["lambda:InvokeFunction"],
      resources: [functionArn(scope, functionName(fleet.name, "probe"), "*")],
      conditions: {
        StringEquals: { "aws:RequestedRegion": fleet.regions.map(({ name }) => name) },
      },
    }),
  ];
}

function functionArn(scope: IConstruct, name: string, region?: string): string {
  return Stack.of(scope).formatArn({
    service: "lambda",
    ...(region !== undefined && { region }),
    resource: "function",
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** What Lambda needs to attach a function to a VPC; EC2 has no narrower resource for these. */
const INTERFACE_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Allows Lambda itself, but not the function's code, to make the function's network interfaces.
 * Source: AWS Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
export function vpcStatements(scope: IConstruct, name: string): PolicyStatement[] {
  return [
    new PolicyStatement({ sid: "VpcInterfaces", actions: INTERFACE_ACTIONS, resources: ["*"] }),
    new PolicyStatement({
      sid: "VpcInterfacesNotByCode",
      effect: Effect.DENY,
      actions: INTERFACE_ACTIONS,
      resources: ["*"],
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn(scope, name) } },
    }),
  ];
}
