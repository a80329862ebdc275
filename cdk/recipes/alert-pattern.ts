import type { EventPattern } from "aws-cdk-lib/aws-events";
import { DETAIL_TYPES, EVENT_SOURCE } from "../../shared/contract.ts";
import type { TaskStatus } from "../../shared/health/health.ts";
import type { ErrorKind } from "../../shared/result/result.ts";

/** Which events a rule receives; a field that is left out filters nothing. */
export interface ProbeAlertFilter {
  /** New states, e.g. `["CRITICAL", "OK"]`. */
  readonly states?: readonly TaskStatus[];
  readonly previousStates?: readonly TaskStatus[];
  readonly errorKinds?: readonly ErrorKind[];
  readonly taskNames?: readonly string[];
  /** Tasks whose names begin with one of these. */
  readonly taskNamePrefixes?: readonly string[];
  readonly targetIds?: readonly string[];
  /** Tags that the task must carry, each with one of the given values. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  /** Also advisories: one region fails, but too few for the quorum. Default: changes of state only. */
  readonly regionAdvisories?: boolean;
  /** Also targets that show another certificate. It has the state of its task, and no error kind. */
  readonly certificateChanges?: boolean;
  /** Also tasks that the plan step rejected. */
  readonly taskRejections?: boolean;
  /** Also regions that became impaired by their own network, or are well again. */
  readonly regionImpairments?: boolean;
  /** Also troubles of the fleet itself, e.g. a region that reports nothing. */
  readonly fleetTroubles?: boolean;
  /** Also reminders that a task's state is still not OK. */
  readonly reminders?: boolean;
  /** Also silences and acknowledgements that somebody made. */
  readonly quietings?: boolean;
  /** Also groups that have fewer healthy targets than their `min_healthy`, or enough again. */
  readonly groupHealth?: boolean;
}

/**
 * An event pattern for rules on a fleet's bus: changes of a task's state and storms, narrowed by
 * `filter`. What is held is left out, so a storm is one event.
 *
 *     new Rule(this, "Pager", {
 *       eventBus: bus,
 *       eventPattern: probeAlertPattern({ states: ["CRITICAL", "OK"], targetIds: ["postgres"] }),
 *       targets: [new SnsTopic(topic)],
 *     });
 *
 * An advisory has the state of its task, which is mostly OK. A rejection has no state, error kind or
 * tags, so a filter with `states`, `previousStates`, `errorKinds` or `tags` matches no rejection; and
 * none of an impaired region, a trouble or a group, whose states are `raised` and `cleared`. A storm is of many
 * tasks: a filter on tasks gets the single events of those instead.
 */
export function probeAlertPattern(filter: ProbeAlertFilter = {}): EventPattern {
  const isOfTasks = narrowsTasks(filter);
  const detail = {
    ...detailPattern(filter),
    suppressed_by: [{ exists: false }, ...(isOfTasks ? ["storm"] : [])],
  };
  return {
    source: [EVENT_SOURCE],
    detailType: [
      DETAIL_TYPES.stateChange,
      ...(isOfTasks ? [] : [DETAIL_TYPES.storm]),
      ...(filter.reminders === true ? [DETAIL_TYPES.reminder] : []),
      ...(filter.quietings === true ? [DETAIL_TYPES.quieting] : []),
      ...(filter.regionAdvisories === true ? [DETAIL_TYPES.regionAdvisory] : []),
      ...(filter.certificateChanges === true ? [DETAIL_TYPES.certificateChanged] : []),
      ...(filter.taskRejections === true ? [DETAIL_TYPES.taskRejected] : []),
      ...(filter.regionImpairments === true ? [DETAIL_TYPES.regionImpaired] : []),
      ...(filter.fleetTroubles === true ? [DETAIL_TYPES.fleetTrouble] : []),
      ...(filter.groupHealth === true ? [DETAIL_TYPES.groupHealth] : []),
    ],
    detail,
  };
}

/** Whether the filter leaves out events of some tasks, and so could leave out a storm that has others. */
function narrowsTasks(filter: ProbeAlertFilter): boolean {
  const lists = [
    filter.taskNames,
    filter.taskNamePrefixes,
    filter.targetIds,
    filter.errorKinds,
    filter.previousStates,
    Object.keys(filter.tags ?? {}),
  ];
  return lists.some((list) => list !== undefined && list.length > 0);
}

function detailPattern(filter: ProbeAlertFilter): Record<string, unknown> {
  const names = [
    ...(filter.taskNames ?? []),
    ...(filter.taskNamePrefixes ?? []).map((prefix) => ({ prefix })),
  ];
  const fields = {
    state: filter.states,
    previous_state: filter.previousStates,
    error_kind: filter.errorKinds,
    task_name: names,
    target_id: filter.targetIds,
  };
  const detail: Record<string, unknown> = {};
  for (const [field, values] of Object.entries(fields))
    if (values !== undefined && values.length > 0) detail[field] = values;
  if (filter.tags !== undefined && Object.keys(filter.tags).length > 0) detail.tags = filter.tags;
  return withEscalations(detail, filter.states ?? []);
}

/** A warning that became critical is one for who asks for critical states only. */
function withEscalations(
  { state, ...detail }: Record<string, unknown>,
  states: readonly TaskStatus[],
): Record<string, unknown> {
  if (state === undefined) return detail;
  if (!states.includes("CRITICAL") || states.includes("WARNING")) return { ...detail, state };
  return { ...detail, $or: [{ state }, { notice: ["escalated"] }] };
}
