import { nearestName, type Problem } from "../../input/input.ts";
import type { Dependency, SettingLevels } from "./alert-settings.ts";
import { type DependentTask, dependencyCircles } from "./dependency-circles.ts";
import type { Scope } from "./scope.ts";

/** What names a task or a target, and whose it is. */
export interface Mention {
  readonly scope: Scope;
  readonly owner: Pick<Problem, "task" | "subject">;
  readonly field: string;
}

/** More names than this are not shown of a circle. */
const SHOWN_NAMES = 5;

/** To look for the name that was meant takes time, and there can be ten thousand. */
const HINTS = 10;

/** The label of a target in problems. */
export function targetLabel(id: string): string {
  return `Target ${JSON.stringify(id)}`;
}

/** The label of the fleet's settings in problems. */
export const FLEET_LABEL = "Alerting";

/**
 * Everything that is wrong with the names and the dependencies of all tasks together: names that no
 * task has, also in `mentions`, and circles. `besides` are names of tasks that could not be read.
 */
export function dependencyProblems(
  tasks: readonly DependentTask[],
  levels: SettingLevels,
  {
    mentions = [],
    besides = [],
  }: { mentions?: readonly Mention[]; besides?: readonly string[] } = {},
): Problem[] {
  const all = [...tasks.flatMap(taskMentions), ...levelMentions(levels), ...mentions];
  const names = {
    task: new Set([...tasks.map(({ name }) => name), ...besides]),
    target: new Set(tasks.flatMap(({ targetId }) => targetId ?? [])),
  };
  const unknown = all.filter(({ scope }) => {
    if (scope.kind === "fleet") return false;
    return scope.kind === "task" ? !names.task.has(scope.name) : !names.target.has(scope.id);
  });
  const known = { task: [...names.task], target: [...names.target] };
  return [
    ...unknown.map((mention, i) => unknownProblem(mention, i < HINTS ? known : NO_NAMES)),
    ...circleProblems(tasks, levels),
  ];
}

const NO_NAMES = { task: [], target: [] };

function taskMentions({ name, alert }: DependentTask): Mention[] {
  return mentionsOf(alert.dependsOn, { task: name });
}

function levelMentions({ fleet, targets }: SettingLevels): Mention[] {
  const ofTargets = Object.entries(targets).flatMap(([id, { dependsOn }]) => {
    const owner = { task: null, subject: targetLabel(id) };
    const itself = { scope: { kind: "target", id }, owner, field: "target_id" } as const;
    return [itself, ...mentionsOf(dependsOn, owner)];
  });
  return [...ofTargets, ...mentionsOf(fleet.dependsOn, { task: null, subject: FLEET_LABEL })];
}

function mentionsOf(dependsOn: readonly Dependency[] = [], owner: Mention["owner"]): Mention[] {
  return dependsOn.map((scope, i) => ({ scope, owner, field: `depends_on[${i}]` }));
}

function unknownProblem(
  { scope, owner, field }: Mention,
  known: Readonly<Record<"task" | "target", readonly string[]>>,
): Problem {
  const [value, names, what] =
    scope.kind === "target"
      ? [scope.id, known.target, "the target_id of a task"]
      : [scope.kind === "task" ? scope.name : "", known.task, "the name of a task"];
  const meant = nearestName(value, names);
  const hint = meant === null ? "" : ` (did you mean ${JSON.stringify(meant)}?)`;
  return { file: null, ...owner, field, rule: `must be ${what}${hint}`, value };
}

/** One problem for each circle, of its first task. */
function circleProblems(tasks: readonly DependentTask[], levels: SettingLevels): Problem[] {
  return dependencyCircles(tasks, levels).map(([first = "", ...others]) => {
    const shown = others.slice(0, SHOWN_NAMES).map((name) => JSON.stringify(name));
    const more = others.length > shown.length ? `, and ${others.length - shown.length} more` : "";
    const rule = `makes a circle with ${shown.join(", ")}${more}, so that none of them holds another's alerts`;
    return { file: null, task: first, field: "depends_on", rule, value: others };
  });
}
