import { DETAIL_TYPES } from "../../shared/contract.ts";
import {
  type InputTable,
  isFields,
  ownField,
  readChoice,
  refuse,
} from "../../shared/input/input.ts";
import type { NotifyEvent } from "./message/event.ts";
import { readTexts } from "./message/fields.ts";

/** Whether a target of a task file wants to hear of an event. */
export type Wanted = (event: NotifyEvent) => boolean;

/** The fields by which a target says what it wants to hear of. */
export const FILTER_FIELDS = ["states", "min_severity", "tasks", "groups", "tags"];

const STATES = ["CRITICAL", "WARNING", "NO_DATA"];
const SEVERITIES = ["warning", "no_data", "critical"] as const;
const SEVERITY_OF: Readonly<Record<string, string>> = {
  CRITICAL: "critical",
  WARNING: "warning",
  NO_DATA: "no_data",
};

/** What people are told of without a word about it. */
const TOLD: readonly string[] = [
  DETAIL_TYPES.stateChange,
  DETAIL_TYPES.reminder,
  DETAIL_TYPES.storm,
  DETAIL_TYPES.groupHealth,
  DETAIL_TYPES.regionImpaired,
  DETAIL_TYPES.fleetTrouble,
];

/** Reads what a target wants to hear of. */
export function readFilter(item: InputTable): Wanted {
  const states = readTexts(item, "states");
  if (states.some((state) => !STATES.includes(state))) {
    refuse(item, "states", `must be of ${STATES.join(", ")}`);
  }
  const least = readChoice(item, "min_severity", SEVERITIES) ?? null;
  const tests = [
    testTasks(readTexts(item, "tasks")),
    testGroups(readTexts(item, "groups")),
    testTags(item),
  ];
  const ofTasks = tests.filter((test) => test !== null);
  const isSelective = ofTasks.length > 0;
  return (event) =>
    TOLD.includes(event["detail-type"]) &&
    isTold(event, isSelective) &&
    passesStates(event, states) &&
    passesSeverity(event, least) &&
    ofTasks.every((test) => test(event.detail));
}

/** A storm is of all tasks: who asks for some of them gets the single events instead. */
function isTold({ "detail-type": type, detail }: NotifyEvent, isSelective: boolean): boolean {
  if (isSelective && type === DETAIL_TYPES.storm) return false;
  const held = detail.suppressed_by;
  return held === undefined || (isSelective && held === "storm");
}

/** Who hears that something began hears that it ended, so the state before counts too. */
function statesOf({ state, previous_state, severity }: NotifyEvent["detail"]): unknown[] {
  return severity === "ok" || previous_state !== undefined ? [state, previous_state] : [state];
}

function passesStates(
  { "detail-type": type, detail }: NotifyEvent,
  states: readonly string[],
): boolean {
  if (states.length === 0 || type !== DETAIL_TYPES.stateChange) return true;
  return statesOf(detail).some((state) => states.includes(String(state)));
}

function passesSeverity(
  { detail }: NotifyEvent,
  least: (typeof SEVERITIES)[number] | null,
): boolean {
  if (least === null) return true;
  const severities = [detail.severity, ...statesOf(detail).map((s) => SEVERITY_OF[String(s)])];
  // A trouble that is over and does not say how bad it was is told.
  if (detail.severity === "ok" && detail.previous_state === undefined) return true;
  const enough: readonly unknown[] = SEVERITIES.slice(SEVERITIES.indexOf(least));
  return severities.some((severity) => enough.includes(severity));
}

type DetailTest = (detail: NotifyEvent["detail"]) => boolean;

/** A name may end with `*`. */
function testTasks(names: readonly string[]): DetailTest | null {
  if (names.length === 0) return null;
  return ({ task_name: task }) =>
    typeof task === "string" &&
    names.some((name) => (name.endsWith("*") ? task.startsWith(name.slice(0, -1)) : task === name));
}

function testGroups(ids: readonly string[]): DetailTest | null {
  if (ids.length === 0) return null;
  return ({ target_id }) => typeof target_id === "string" && ids.includes(target_id);
}

function testTags(item: InputTable): DetailTest | null {
  const wanted = ownField(item.fields, "tags");
  if (wanted === undefined) return null;
  if (!isFields(wanted) || Object.values(wanted).some((text) => typeof text !== "string")) {
    refuse(item, "tags", "must be a table of names and texts");
    return null;
  }
  return ({ tags }) =>
    isFields(tags) && Object.entries(wanted).every(([name, text]) => ownField(tags, name) === text);
}
