import {
  type AlertOverrides,
  type AlertPolicy,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
  parseAlert,
  usableOverrides,
} from "../../shared/health/rules/rules.ts";
import { problemSentence } from "../../shared/input/input.ts";
import type { Task } from "../../shared/task/task.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { textOptions } from "../command/read-option.ts";
import type { OpenFleet } from "../fleet/open-fleet.ts";
import { openRegion } from "../fleet/open-stores.ts";

/** The option that sets another policy beside the one that is in force. */
export const WITH_OPTION: Options = {
  with: {
    type: "string",
    multiple: true,
    value: "FIELD=VALUE",
    about: 'Another policy, e.g. failure_threshold=5 or "failures=3 of 5"; may be given again.',
  },
};

/** The policy of `--with`, and how it is called; null without one. */
export interface OtherPolicy {
  readonly label: string;
  readonly overrides: AlertOverrides;
}

/** Reads `--with`; throws UsageError with every problem of its fields. */
export function otherPolicyOf(call: Call): OtherPolicy | null {
  const words = textOptions(call, "with");
  if (words.length === 0) return null;
  const { alert, problems } = parseAlert(fieldsOf(words));
  if (alert === undefined) throw new UsageError(problems.map(problemSentence).join("; "));
  return { label: words.join(", "), overrides: alert };
}

/** Fields by name; `warning.failure_percent=5` is a field of a table. */
function fieldsOf(words: readonly string[]): object {
  const fields: Record<string, unknown> = Object.create(null);
  for (const word of words) {
    const [, path, text] = /^([\w.]+)=(.*)$/s.exec(word) ?? [];
    if (path === undefined || text === undefined) {
      throw new UsageError(`--with must be like failure_threshold=5, is "${word}".`);
    }
    const [name = "", inner] = path.split(".", 2);
    const value = readValue(text);
    fields[name] = inner === undefined ? value : { ...Object(fields[name]), [inner]: value };
  }
  return { ...fields };
}

/** A number, a list or a flag as in JSON; anything else is a text. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The fleet's defaults as its plan has them; the built-in ones where it says nothing. */
export async function readDefaults(open: OpenFleet): Promise<AlertPolicy> {
  const { plans } = openRegion(open, open.fleet.regions[0]?.name ?? open.fleet.home);
  const manifest = await plans.readManifest();
  return alertPolicy(DEFAULT_ALERT_POLICY, manifest?.alertDefaults ?? {});
}

/** The policy of a task: its own fields over the fleet's. */
export function policyOf(task: Task, defaults: AlertPolicy): AlertPolicy {
  return alertPolicy(defaults, usableOverrides(task.alert).alert);
}
