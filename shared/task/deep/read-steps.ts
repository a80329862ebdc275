import {
  type InputTable,
  isFields,
  ownField,
  readChoice,
  refuse,
  refuseUnknown,
} from "../../input/input.ts";
import type { DialogueStep, StepPhase } from "./deep-check.ts";
import { type FindPatternFault, groupNames, readPattern } from "./patterns.ts";
import { readHex, readSendText } from "./read-bytes.ts";

/** What a step may be. */
export const STEP_KINDS = [
  "send",
  "send_hex",
  "expect",
  "expect_hex",
  "reject",
  "starttls",
] as const;

/** One of `STEP_KINDS`. */
export type StepKind = (typeof STEP_KINDS)[number];

const STEP_PHASES: readonly StepPhase[] = ["greeting", "version", "auth"];

const MOST_STEPS = 50;
/** A result has no more labels. */
const MOST_LABELS = 16;

/** What is known where steps are read. */
export interface StepSource {
  /** The labels that earlier steps capture; those of the steps that are read are added. */
  readonly labels: Set<string>;
  readonly findPatternFault: FindPatternFault | undefined;
}

/** What steps a list may have. */
export interface StepRules {
  readonly kinds: readonly StepKind[];
  readonly hasPhases: boolean;
}

/** Reads a list of steps, each a table with one of the kinds as its key. */
export function readSteps(
  item: InputTable,
  name: string,
  source: StepSource,
  rules: StepRules,
): readonly DialogueStep[] | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_STEPS) {
    return refuse(item, name, `must be a list of 1 to ${MOST_STEPS} steps`);
  }
  const steps = value.map((step: unknown, i) => {
    const at = `${item.path}${name}[${i}]`;
    return readStep({ value: step, at, report: item.report }, source, rules);
  });
  const read = steps.filter((step) => step !== undefined);
  // With one missing, the positions of the others are not the user's.
  if (read.length < steps.length) return undefined;
  refuseLooseRejects(item, name, read);
  return read;
}

interface RawStep extends Pick<InputTable, "report"> {
  readonly value: unknown;
  readonly at: string;
}

function readStep(
  { value, at, report }: RawStep,
  source: StepSource,
  { kinds, hasPhases }: StepRules,
): DialogueStep | undefined {
  const rule = `must be a table with one of ${kinds.join(", ")}`;
  if (!isFields(value)) {
    report(at, rule, value);
    return undefined;
  }
  const step = { fields: value, path: `${at}.`, report };
  refuseUnknown(step, hasPhases ? [...kinds, "phase"] : kinds, "a step");
  const [kind, ...others] = kinds.filter((one) => ownField(value, one) !== undefined);
  if (kind === undefined || others.length > 0) {
    report(at, rule, value);
    return undefined;
  }
  const phase = hasPhases ? readChoice(step, "phase", STEP_PHASES) : undefined;
  const read = readStepKind(step, kind, source);
  return read && { ...(phase !== undefined && { phase }), ...read };
}

/** Reads the step of one kind out of a table that has its key. */
export function readStepKind(
  step: InputTable,
  kind: StepKind,
  source: StepSource,
): DialogueStep | undefined {
  if (kind === "starttls") return readStarttls(step);
  if (kind === "send") {
    const text = readSendText(step, source.labels);
    return text === undefined ? undefined : { kind, text };
  }
  if (kind === "send_hex" || kind === "expect_hex") {
    const hex = readHex(step, kind);
    return hex === undefined ? undefined : { kind, hex };
  }
  const pattern = readPattern(step, kind, source.findPatternFault);
  if (pattern === undefined) return undefined;
  if (kind === "expect") noteLabels(step, pattern, source.labels);
  return { kind, pattern };
}

function noteLabels(step: InputTable, pattern: string, labels: Set<string>): void {
  const before = labels.size;
  for (const label of groupNames(pattern)) labels.add(label);
  if (before > MOST_LABELS || labels.size <= MOST_LABELS) return;
  refuse(
    step,
    "expect",
    `must not capture more than ${MOST_LABELS} names with the steps before it`,
  );
}

function readStarttls(step: InputTable): DialogueStep | undefined {
  if (ownField(step.fields, "starttls") === true) return { kind: "starttls" };
  return refuse(step, "starttls", "must be true");
}

/** A `reject` is looked for while an `expect` waits, until something else is sent. */
function refuseLooseRejects(item: InputTable, name: string, steps: readonly DialogueStep[]): void {
  steps.forEach(({ kind }, i) => {
    if (kind !== "reject") return;
    const next = steps
      .slice(i)
      .find((step) => step.kind.startsWith("send") || step.kind === "expect");
    if (next?.kind === "expect") return;
    const rule =
      "has no expect after it, before something is sent: it is looked for while one waits";
    item.report(`${item.path}${name}[${i}].reject`, rule);
  });
}
