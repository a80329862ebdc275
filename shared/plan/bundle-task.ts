import { KNOWN_NEEDS, lackingNeeds, type Task } from "../task/task.ts";
import { SECOND_MS } from "../units.ts";

type Validator = (value: unknown) => boolean;

const isText: Validator = (value) => typeof value === "string";
const isCount: Validator = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isRecord: Validator = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isOneOf =
  (...values: readonly unknown[]): Validator =>
  (value) =>
    values.includes(value);
const isListOf =
  (check: Validator): Validator =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isEither =
  (...checks: readonly Validator[]): Validator =>
  (value) =>
    checks.some((check) => check(value));
const isRecordOf =
  (check: Validator): Validator =>
  (value) =>
    isRecord(value) && Object.values(Object(value)).every(check);
const isShape =
  (shape: Readonly<Record<string, Validator>>): Validator =>
  (value) =>
    isRecord(value) && Object.entries(shape).every(([key, check]) => check(Object(value)[key]));

/** At least one, sorted, each once: the same needs always are the same text. */
function isNeeds(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((need, i) => isText(need) && need !== "" && (i === 0 || value[i - 1] < need));
}

const isOptional = (check: Validator): Validator => isEither(isOneOf(undefined), check);

/** What a stored task must have. A field added later must be optional here. */
const TASK_SHAPE: Readonly<Record<keyof Task, Validator>> = {
  name: isText,
  needs: isOptional(isNeeds),
  target: isShape({ hostname: isText, port: isCount }),
  host: isText,
  scheduleMs: (value) => isCount(value) && value !== 0,
  timeoutMs: (value) => isCount(value) && value !== 0,
  targetId: isEither(isText, isOneOf(null)),
  enabled: isOneOf(true, false),
  regions: isEither(isOneOf("all"), isListOf(isText)),
  expect: isOneOf("open", "closed"),
  addressFamily: isOneOf("any", "ipv4", "ipv6"),
  alert: isRecord,
  tags: isRecordOf(isText),
  tls: isOptional(isRecord),
  greeting: isOptional(isText),
  dialogue: isOptional(isShape({ steps: isListOf(isRecord) })),
  hold: isOptional(isShape({ holdMs: isCount })),
  retry: isOptional(isShape({ maxAttempts: isCount })),
  rateLimit: isOptional(isEither(isOneOf("disabled"), isRecord)),
  addressing: isOptional(isShape({ mode: isOneOf("any", "each") })),
  phaseTimeouts: isOptional(isRecord),
};

/**
 * The values of a foreign task's fields whose shape is of a later version. This version never uses
 * them for a check, and RFC 6761 reserves the name, so that it never resolves.
 */
const HARMLESS = {
  target: { hostname: "unsupported.invalid", port: 0 },
  timeoutMs: SECOND_MS,
  targetId: null,
  expect: "open",
  addressFamily: "any",
  alert: {},
  tags: {},
  tls: undefined,
  greeting: undefined,
  dialogue: undefined,
  hold: undefined,
  retry: undefined,
  rateLimit: undefined,
  addressing: undefined,
  phaseTimeouts: undefined,
} as const satisfies { readonly [F in keyof Task]?: Task[F] | undefined };

/** The fields with the same shape in every version: they list, plan and report a task. */
type LastingField = Exclude<keyof Task, keyof typeof HARMLESS>;

/**
 * The first field of a stored task with a wrong shape, or null. The plan step writes bundles from
 * parsed tasks, so the rules of their content are not checked again. If the task has a need that
 * this version lacks, only its lasting fields are checked.
 */
export function findWrongField(stored: unknown, known = KNOWN_NEEDS): string | null {
  const { needs } = Object(stored);
  const isForeign = isNeeds(needs) && lackingNeeds({ needs }, known).length > 0;
  const fields = Object.entries(TASK_SHAPE).filter(([field]) => !isForeign || isLasting(field));
  return fields.find(([field, check]) => !check(Object(stored)[field]))?.[0] ?? null;
}

function isLasting(field: string): field is LastingField {
  return !Object.hasOwn(HARMLESS, field);
}

const STORED_FORM = Symbol("stored form");

/** A task with a need that this version lacks, or with a field that it can't read. */
interface ForeignTask extends Task {
  /** Written again as it is, so that a plan of this version keeps its unknown fields. */
  readonly [STORED_FORM]: unknown;
}

/** The need of a task with a field that can't be read. No version meets it, so nothing is checked. */
const READABLE_FIELDS: Pick<Task, "needs"> = { needs: ["readable fields"] };

/**
 * The values of lasting fields that can't be read. The task has no slot before the end of time, so it
 * is neither checked nor expected, and its place in the bundle is kept for the results of the others.
 */
const NEVER = {
  name: "",
  host: "unsupported.invalid:0",
  scheduleMs: Number.MAX_SAFE_INTEGER,
  enabled: true,
  regions: "all",
} as const satisfies Pick<Task, Exclude<LastingField, "needs">>;

/**
 * A stored task as this version can use it: the same one if all of it can be used. One with a wrong
 * field is set aside: it asks for what no version can do.
 */
export function readableTask(stored: unknown): Task {
  const wrongField = findWrongField(stored);
  if (wrongField === null && lackingNeeds(stored as Task).length === 0) return stored as Task;
  const values: Readonly<Record<string, unknown>> = { ...HARMLESS, ...NEVER, ...READABLE_FIELDS };
  const fields = Object.entries(TASK_SHAPE).flatMap(([field, check]) => {
    const value: unknown = Object(stored)[field];
    if (Object.hasOwn(values, field) && values[field] === undefined) return [];
    return [[field, check(value) ? value : values[field]]];
  });
  const isUnscheduled = wrongField !== null && isLasting(wrongField);
  const foreign: ForeignTask = {
    ...(Object.fromEntries(fields) as Task),
    ...(wrongField !== null && READABLE_FIELDS),
    ...(isUnscheduled && { scheduleMs: NEVER.scheduleMs }),
    [STORED_FORM]: stored,
  };
  return foreign;
}

/** Whether the task is written as its bundle had it, because this version can't read all of it. */
export function hasStoredForm(task: Task | ForeignTask): task is ForeignTask {
  return STORED_FORM in task;
}

/** The task as its bundle had it, if this version can't read all of it; else null. */
export function storedForm(task: Task | ForeignTask): unknown {
  return hasStoredForm(task) ? task[STORED_FORM] : null;
}
