import { Duration } from "aws-cdk-lib";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { type IEventBus, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DETAIL_TYPES, EVENT_SOURCE } from "../../shared/contract.ts";
import { acknowledge } from "../parts/acknowledge.ts";

/**
 * Counts the heartbeats that the bus has taken and a rule has delivered, as alerts are. They are put
 * into a queue that forgets them after a minute: how many come is a metric of SQS, which is free.
 */
export class HeartbeatCount extends Construct {
  readonly metric: Metric;

  constructor(scope: Construct, id: string, eventBus: IEventBus) {
    super(scope, id);
    const queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.minutes(1),
    });
    const rule = new Rule(this, "Rule", {
      eventBus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [DETAIL_TYPES.heartbeat] },
      targets: [new SqsQueue(queue)],
    });
    acknowledge(
      queue,
      ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
      "Nothing reads a heartbeat: it is only counted.",
    );
    acknowledge(
      rule,
      ["Serverless-EventBusDLQ"],
      "An alarm tells that heartbeats do not arrive; to keep them would tell no more.",
    );
    this.metric = queue.metricNumberOfMessagesSent({
      period: Duration.minutes(1),
      statistic: "Sum",
    });
  }
}
