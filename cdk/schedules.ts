import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

/**
 * Invokes functions once a minute. No retries and 60 s at most: a late minute is covered by the
 * next invocation, and a second delivery would only be turned away. What could not be delivered is
 * kept for two weeks.
 */
export class MinuteSchedules extends Construct {
  readonly undelivered: Queue;
  readonly #role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.undelivered = new Queue(this, "Undelivered", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.#role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      description: "Invokes the fleet's functions once a minute",
    });
    this.#role.addToPolicy(
      new PolicyStatement({
        sid: "KeepUndelivered",
        actions: ["sqs:SendMessage"],
        resources: [this.undelivered.queueArn],
      }),
    );
  }

  /** The role may invoke this function; to be said once a function, before its schedules. */
  mayInvoke(target: LambdaFunction): void {
    this.#role.addToPolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [target.functionArn] }),
    );
  }

  /** Invokes `target` with `input` every minute, under a name that is unique in the region. */
  everyMinute(name: string, target: LambdaFunction, input: object): CfnSchedule {
    return new CfnSchedule(this, `Every minute ${name}`, {
      name,
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      state: "ENABLED",
      target: {
        arn: target.functionArn,
        roleArn: this.#role.roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
        deadLetterConfig: { arn: this.undelivered.queueArn },
      },
    });
  }
}
