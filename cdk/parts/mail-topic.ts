import { Stack } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deadLetterQueue } from "./dead-letter-queue.ts";

/** Who is mailed, and about which alarms. */
export interface MailTopicProps {
  readonly address: string;
  /** Each is mailed when it is raised and when it is cleared. */
  readonly alarms: readonly Alarm[];
}

/** Mails a stack's alarms. An alarm can only use a topic of its own region. */
export class MailTopic extends Construct {
  readonly topic: Topic;
  /** What could not be mailed. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: MailTopicProps) {
    super(scope, id);
    this.undelivered = deadLetterQueue(this);
    this.topic = new Topic(this, "Topic", { enforceSSL: true });
    this.topic.addSubscription(
      new EmailSubscription(props.address, { deadLetterQueue: this.undelivered }),
    );
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "Alarms",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    const mail = new SnsAction(this.topic);
    for (const alarm of props.alarms) {
      alarm.addAlarmAction(mail);
      alarm.addOkAction(mail);
    }
  }
}
