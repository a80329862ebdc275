import { parseEntries } from "../../shared/alerting/operators/operators.ts";
import { dependencyProblems } from "../../shared/alerting/settings/settings.ts";
import { problemSentence } from "../../shared/input/input.ts";
import type { ParsedItems } from "./check-items.ts";
import type { PlanServices } from "./services.ts";

/** What is wrong with what operators have set: a sentence each. */
interface CheckedSettings {
  readonly warnings: readonly string[];
  readonly failures: readonly Error[];
}

/**
 * Reads the settings and says what has no effect: entries that can't be used, names that no task has,
 * and tasks that depend on each other. Nothing of it keeps a task from being planned.
 */
export async function checkSettings(
  { settings }: Pick<PlanServices, "settings">,
  { valid, invalid }: ParsedItems,
): Promise<CheckedSettings> {
  try {
    const parsed = parseEntries(await settings.readSettings());
    const besides = invalid.map(({ name }) => name);
    const found = dependencyProblems(valid, parsed.settings, { besides });
    return { warnings: [...parsed.problems, ...found].map(problemSentence), failures: [] };
  } catch (cause) {
    return {
      warnings: [],
      failures: [new Error(`Settings can't be read: ${String(cause)}`, { cause })],
    };
  }
}
