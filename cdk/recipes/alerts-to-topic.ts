import { EventField, type IEventBus, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { probeAlertPattern } from "./alert-pattern.ts";

/** The fleet's bus, and the topic that receives its alerts. */
export interface AlertsToTopicProps {
  readonly bus: IEventBus;
  readonly topic: ITopic;
}

/** Sends one sentence to an SNS topic when a task turns CRITICAL, and when it is OK again. */
export class AlertsToTopic extends Construct {
  constructor(scope: Construct, id: string, { bus, topic }: AlertsToTopicProps) {
    super(scope, id);
    new Rule(this, "Rule", {
      eventBus: bus,
      eventPattern: probeAlertPattern({ states: ["CRITICAL", "OK"] }),
      targets: [
        new SnsTopic(topic, {
          message: RuleTargetInput.fromText(EventField.fromPath("$.detail.summary")),
        }),
      ],
    });
  }
}
