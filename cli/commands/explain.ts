import {
  EXPLAINED_MS,
  explainBy,
  type FoundTask,
  readMinutes,
  type TaskMinute,
} from "../../functions/replay/replay.ts";
import { alertPolicy } from "../../shared/health/rules/rules.ts";
import type { Task } from "../../shared/task/task.ts";
import { type EpochMs, MINUTE_MS, startOfMinute, toIso } from "../../shared/units.ts";
import { type Command, EXIT } from "../command/command.ts";
import { flagOption, sinceOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { otherPolicyOf, policyOf, readDefaults, WITH_OPTION } from "../replay/policies.ts";
import { printExplained } from "../show/print-explained.ts";
import { explainUnknown } from "../tasks/unknown-task.ts";

/** `synfleet explain`: a task's decision, check by check. */
export const explain: Command = {
  argCount: { min: 1, max: 1 },
  options: {
    at: {
      type: "string",
      value: "WHEN",
      about: "Then instead of now: an age (15m) or an ISO time.",
    },
    ...WITH_OPTION,
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "The stored checks of the two hours before are judged again by the policy that is in force, and by yours if you give one. Rechecks are marked with r.",
    "Exit codes: 0 fine; 1 nothing is known of the task, 3 failed.",
  ],
  run: (call) => {
    const other = otherPolicyOf(call);
    const atMs = sinceOption(call, "at") ?? call.io.now();
    const taskName = call.args[0] ?? "";
    return withFleet(call, async (open) => {
      const found = await readTask(open, taskName, atMs);
      if (found === null) {
        call.io.error((await explainUnknown(open, taskName)) ?? noChecks(atMs));
        return EXIT.no;
      }
      const now = policyOf(found.task, await readDefaults(open));
      const explained = explainBy(found, now, atMs);
      const changed =
        other === null
          ? null
          : {
              label: other.label,
              ...explainBy(found, alertPolicy(now, other.overrides), atMs),
            };
      if (flagOption(call, "json")) call.io.out(JSON.stringify({ ...explained, with: changed }));
      else printExplained(call, explained, changed);
      return EXIT.fine;
    });
  },
};

function noChecks(atMs: EpochMs): string {
  return `No check of it is stored in the two hours before ${toIso(atMs)}.`;
}

async function readTask(
  open: OpenFleet,
  taskName: string,
  atMs: EpochMs,
): Promise<FoundTask | null> {
  const query = { taskName, fromMs: atMs - EXPLAINED_MS, untilMs: startOfMinute(atMs) + MINUTE_MS };
  const minutes: TaskMinute[] = [];
  let task: Task | null = null;
  for await (const part of readMinutes(openHistory(open), query)) {
    const found = part.get(taskName);
    if (found === undefined) continue;
    task = found.task;
    minutes.push(...found.minutes.map((minute) => upTo(minute, atMs)));
  }
  return task === null ? null : { task, minutes };
}

/** A minute without what came after the instant. */
function upTo(minute: TaskMinute, atMs: EpochMs): TaskMinute {
  if (minute.periodEndMs <= atMs) return minute;
  const regions = Object.entries(minute.regions).map(([name, region]) => {
    const isPast = ({ slotAtMs }: { slotAtMs: EpochMs }) => slotAtMs <= atMs;
    const checks = region.checks.filter(isPast);
    return [name, { ...region, checks, rechecks: region.rechecks.filter(isPast) }];
  });
  return { ...minute, regions: Object.fromEntries(regions) };
}
