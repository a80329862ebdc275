import {
  EventField,
  type EventPattern,
  type IEventBus,
  Rule,
  RuleTargetInput,
} from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { DETAIL_TYPES, EVENT_SOURCE } from "../../shared/contract.ts";
import type { MailTopic } from "../parts/mail-topic.ts";
import { probeAlertPattern } from "../recipes/alert-pattern.ts";

/** The bus whose alerts are mailed, and the topic that mails them. */
export interface AlertEmailProps {
  readonly bus: IEventBus;
  readonly mail: MailTopic;
}

/**
 * Mails one sentence for every change of state, reminder and storm, every region advisory or
 * impairment, every trouble of the fleet itself, every group that is below its `min_healthy`, every silence and acknowledgement, and every
 * rejected task.
 */
export class AlertEmail extends Construct {
  constructor(scope: Construct, id: string, props: AlertEmailProps) {
    super(scope, id);
    const summary = EventField.fromPath("$.detail.summary");
    this.#mail("Alerts", props, {
      eventPattern: probeAlertPattern({
        regionAdvisories: true,
        reminders: true,
        quietings: true,
        regionImpairments: true,
        fleetTroubles: true,
        groupHealth: true,
      }),
      sentence: summary,
    });
    // A rejection has no summary, but each of its problems is a sentence that names the task.
    const problem = EventField.fromPath("$.detail.problems[0]");
    this.#mail("Rejections", props, {
      eventPattern: { source: [EVENT_SOURCE], detailType: [DETAIL_TYPES.taskRejected] },
      sentence: `A task does not run as written. ${problem}`,
    });
  }

  #mail(
    id: string,
    { bus, mail }: AlertEmailProps,
    { eventPattern, sentence }: { readonly eventPattern: EventPattern; readonly sentence: string },
  ): void {
    const target = new SnsTopic(mail.topic, {
      deadLetterQueue: mail.undelivered,
      message: RuleTargetInput.fromText(sentence),
    });
    new Rule(this, id, { eventBus: bus, eventPattern, targets: [target] });
  }
}
