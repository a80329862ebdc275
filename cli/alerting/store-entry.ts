import { parseEntry, type SettingEntry } from "../../shared/alerting/operators/operators.ts";
import { problemSentence } from "../../shared/input/input.ts";
import { UsageError } from "../command/errors.ts";
import type { OpenFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";

/** Throws UsageError if the entry breaks a rule. */
export function checkEntry(entry: SettingEntry): void {
  const { problems } = parseEntry(entry);
  if (problems.length === 0) return;
  throw new UsageError(`${problems.map(problemSentence).join("; ")}.`);
}

/** Stores an entry in place of the one with its key. */
export async function storeEntry(open: OpenFleet, entry: SettingEntry): Promise<void> {
  await openHome(open).settings.putSettings([entry]);
}
