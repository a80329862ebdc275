import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import {
  FUNCTION_TIMEOUT_SECONDS,
  type FunctionName,
  functionName as nameOf,
} from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import { logRetention } from "../config/log-retention.ts";
import type { VpcAttachment } from "../config/region-config.ts";
import { acknowledge } from "./acknowledge.ts";
import { bundleFunction } from "./bundle.ts";
import { logStatement, vpcStatements } from "./grants.ts";

/** What one of the fleet's functions is, and what it may do. */
export interface FleetFunctionProps {
  readonly fleet: FleetConfig;
  readonly function: FunctionName;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the function may do besides writing its own log. */
  readonly permissions: readonly PolicyStatement[];
  readonly vpc: VpcAttachment | null;
  /** Null if it uses the account's unreserved concurrency. */
  readonly reservedConcurrency: number | null;
}

/** One Lambda function, its log, and its own role, which has no managed policy. */
export class FleetFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, props: FleetFunctionProps) {
    super(scope, id);
    const functionName = nameOf(props.fleet.name, props.function);
    this.log = new LogGroup(this, "Log", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetention(props.fleet.logDays),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.role = this.#role(functionName, props);
    this.lambda = new LambdaFunction(this, "Function", {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundleFunction(props.function),
      handler: "index.handler",
      role: this.role.withoutPolicyUpdates(),
      memorySize: props.memoryMb,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS[props.function]),
      environment: { ...props.environment },
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
      // Lambda's own lines on invocations that went well are half of all bytes, and bytes cost.
      ...(props.fleet.watch === "lean" && { systemLogLevelV2: SystemLogLevel.WARN }),
      // Scheduler invokes asynchronously: by default Lambda tries twice more, for up to six hours.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      ...(props.reservedConcurrency === null
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    if (props.vpc !== null) this.#attach(props.vpc);
    acknowledge(
      this.lambda,
      ["Serverless-LambdaAsyncFailureDestination", "Serverless-LambdaDLQ"],
      "The event is a shard's number: there is nothing to keep, and what was missed is accounted for.",
    );
    acknowledge(
      this.lambda,
      ["Serverless-LambdaTracing"],
      "A trace would cost more than the minute that it traces; one log line says the same.",
    );
  }

  /** The permissions are inline, so that the role is never without them. */
  #role(functionName: string, { permissions, vpc }: FleetFunctionProps): Role {
    const statements = [
      ...permissions,
      logStatement(this.log),
      ...(vpc === null ? [] : vpcStatements(this, functionName)),
    ];
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Runs ${functionName}`,
      inlinePolicies: { permissions: new PolicyDocument({ statements }) },
    });
    if (vpc !== null)
      acknowledge(
        role,
        ["AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions"],
        "Lambda makes a VPC function's interfaces; EC2 has no narrower resource for it.",
      );
    return role;
  }

  /** Set on the resource itself, because subnets given by id would need a lookup at synth. */
  #attach(vpc: VpcAttachment): void {
    const resource = this.lambda.node.defaultChild as CfnFunction;
    resource.vpcConfig = {
      subnetIds: [...vpc.subnetIds],
      securityGroupIds: [...vpc.securityGroupIds],
      ipv6AllowedForDualStack: vpc.ipv6,
    };
  }
}
