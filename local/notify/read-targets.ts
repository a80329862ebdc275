import { isFields, type Problem } from "../../shared/input/input.ts";
import type { NotifySection } from "../../shared/task-file/task-file.ts";
import type { Wanted } from "./filter.ts";
import type { NotifyTarget } from "./message/service.ts";
import { readTarget } from "./read-target.ts";
import type { Environment } from "./variables.ts";

/** A target, and which of the events that come to it it gets. */
export interface WantedTarget {
  readonly target: NotifyTarget;
  readonly wants: Wanted;
}

/** Targets, with what is wrong and what is dangerous. */
export interface ReadTargets {
  readonly targets: readonly WantedTarget[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Reads the targets of task files. */
export function readNotifySections(
  sections: readonly NotifySection[],
  environment: Environment,
): ReadTargets {
  const reads = sections.map((section) => readSection(section, environment));
  const read = {
    targets: reads.flatMap(({ targets }) => targets),
    problems: reads.flatMap(({ problems }) => problems),
    warnings: reads.flatMap(({ warnings }) => warnings),
  };
  return { ...read, problems: [...read.problems, ...doubledNames(read.targets)] };
}

function readSection({ file, value }: NotifySection, environment: Environment): ReadTargets {
  const list = isFields(value) ? [value] : value;
  if (!Array.isArray(list)) {
    return listProblem(file, "notify", "must be a list of targets", value);
  }
  const reads = list.map((raw: unknown, i) => {
    if (!isFields(raw)) return listProblem(file, `notify[${i}]`, "must be a table of fields", raw);
    const usualName = `#${i + 1}`;
    const { target, wants, ...found } = readTarget(raw, {
      ...{ file, environment, usualName, hasFilter: true },
    });
    return { ...found, targets: target === null ? [] : [{ target, wants }] };
  });
  return {
    targets: reads.flatMap(({ targets }) => targets),
    problems: reads.flatMap(({ problems }) => problems),
    warnings: reads.flatMap(({ warnings }) => warnings),
  };
}

function listProblem(file: string, field: string, rule: string, value: unknown): ReadTargets {
  return { targets: [], problems: [{ file, task: null, field, rule, value }], warnings: [] };
}

/** What waits is kept by the name of its target, so each has one of its own. */
export function doubledNames(targets: readonly WantedTarget[]): Problem[] {
  const names = targets.map(({ target }) => target.name);
  const doubled = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...doubled].map((name) => ({
    ...{ file: null, task: null, subject: `Target ${JSON.stringify(name)}` },
    field: "name",
    rule: "is that of another target too",
    value: name,
  }));
}
