import { ArnFormat, Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";
import { EVENT_SOURCE } from "../../shared/contract.ts";

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
export function vpcStatements(scope: IConstruct, functionName: string): PolicyStatement[] {
  const functionArn = Stack.of(scope).formatArn({
    service: "lambda",
    resource: "function",
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({ sid: "VpcInterfaces", actions: INTERFACE_ACTIONS, resources: ["*"] }),
    new PolicyStatement({
      sid: "VpcInterfacesNotByCode",
      effect: Effect.DENY,
      actions: INTERFACE_ACTIONS,
      resources: ["*"],
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    }),
  ];
}
