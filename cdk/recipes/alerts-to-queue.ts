import { Duration } from "aws-cdk-lib";
import { type IEventBus, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type ProbeAlertFilter, probeAlertPattern } from "./alert-pattern.ts";

/** The fleet's bus, and which of its alerts go to the queue. */
export interface AlertsToQueueProps extends ProbeAlertFilter {
  readonly bus: IEventBus;
}

/**
 * Sends whole events to an SQS queue, for a program of your own. An event may arrive twice: ignore
 * one whose `detail.id` you have seen.
 */
export class AlertsToQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { bus, ...filter }: AlertsToQueueProps) {
    super(scope, id);
    const unread = new Queue(this, "Unread", {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, "Queue", {
      enforceSSL: true,
      deadLetterQueue: { queue: unread, maxReceiveCount: 5 },
    });
    new Rule(this, "Rule", {
      eventBus: bus,
      eventPattern: probeAlertPattern(filter),
      targets: [new SqsQueue(this.queue, { deadLetterQueue: unread })],
    });
  }
}
