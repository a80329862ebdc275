import { notifyTargets, parseRules } from "./events/event-rules.ts";
import type { NotifyTarget } from "./notify/message/service.ts";
import type { Environment } from "./notify/variables.ts";

export type { NotifyTarget } from "./notify/message/service.ts";
export { readNotifySections } from "./notify/read-targets.ts";
export { printTest, sendTest } from "./notify/test-message.ts";

/** The targets of a rules file that bring messages to people, and every problem of the file. */
export function readRuleTargets(
  text: string,
  environment: Environment,
): { readonly targets: readonly NotifyTarget[]; readonly problems: readonly string[] } {
  const { rules, problems } = parseRules(text, environment);
  return { targets: notifyTargets(rules), problems };
}
