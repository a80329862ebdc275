import { Duration } from "aws-cdk-lib";
import { EventField, type IEventBus, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { probeAlertPattern } from "./alert-pattern.ts";

export interface AlertEmailProps {
  readonly bus: IEventBus;
  readonly address: string;
}

/** Mails every change of state, advisory and rejection; what SNS would not take is kept in a queue. */
export class AlertEmail extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlertEmailProps) {
    super(scope, id);
    this.topic = new Topic(this, "Topic", { enforceSSL: true });
    this.topic.addSubscription(new EmailSubscription(props.address));
    const deadLetterQueue = new Queue(this, "Undelivered", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    new Rule(this, "Rule", {
      eventBus: props.bus,
      eventPattern: probeAlertPattern({ regionAdvisories: true, taskRejections: true }),
      targets: [
        new SnsTopic(this.topic, {
          deadLetterQueue,
          message: RuleTargetInput.fromText(EventField.fromPath("$.detail.summary")),
        }),
      ],
    });
  }
}
