import { type Fields, isFields, problemSentence } from "../../shared/input/input.ts";
import { type FindPatternFault, parseTask } from "../../shared/task/task.ts";
import { type Check, refuseCheck } from "./model/check.ts";
import { standInFor } from "./values/places.ts";

/** A check that became a task. */
export interface Taken {
  readonly check: Check;
  readonly task: Fields & { readonly name: string };
}

/**
 * Gives each check its name and has it read by the parser of tasks; what that refuses gets the parser's
 * sentences as its refusal.
 */
export function settleChecks(
  checks: readonly Check[],
  findPatternFault: FindPatternFault,
): readonly Taken[] {
  const names = new Set<string>();
  const taken: Taken[] = [];
  for (const check of checks) {
    if (check.refusal !== null) continue;
    const task = { name: freeName(check, names), ...withoutEmpty(check.fields) };
    const { problems = [] } = parseTask(standIn(task), { findPatternFault });
    if (problems.length > 0) {
      const sentences = problems.map((problem) => problemSentence({ ...problem, task: null }));
      refuseCheck(check, sentences.join("; "));
      continue;
    }
    names.add(task.name);
    taken.push({ check, task });
  }
  return taken;
}

const MOST_CHARACTERS = 190;

/** The first name that is free; a number makes the last one unique. */
function freeName(check: Check, names: ReadonlySet<string>): string {
  const { host, port } = check.fields;
  const target = `${String(host)}${port === undefined ? "" : `:${String(port)}`}`;
  const wanted = check.names.length > 0 ? check.names : [target];
  const free = wanted.find((name) => !names.has(name));
  const [best = target] = wanted;
  if (free === best) return best;
  const name = free ?? numbered([...best].slice(0, MOST_CHARACTERS).join(""), names);
  check.changed.push(
    `its name is ${JSON.stringify(name)}: another task is called ${JSON.stringify(best)}`,
  );
  return name;
}

function numbered(name: string, names: ReadonlySet<string>): string {
  for (let number = 2; ; number += 1) {
    const next = `${name} ${number}`;
    if (!names.has(next)) return next;
  }
}

function withoutEmpty(fields: Fields): Record<string, unknown> {
  const set = Object.entries(fields).filter(
    ([, value]) => !isFields(value) || Object.keys(value).length > 0,
  );
  return Object.fromEntries(set);
}

/** The task as it would be with its variables set. */
function standIn(task: Fields): Fields {
  const parts = Object.entries(task).map(([name, value]) => {
    if (typeof value !== "string") return [name, value];
    if (name === "port") return [name, standInFor(value, "1") === "1" ? 1 : value];
    if (name !== "host") return [name, value];
    const hasPort = task.port !== undefined || /:\d+$/.test(value);
    if (hasPort)
      return [name, standInFor(value.replace(/:\ue000[^\ue001]*\ue001$/, ":1"), "variable")];
    return [
      name,
      standInFor(value, "variable")
        .replace(/^variable$/, "variable:1")
        .replace(/:variable$/, ":1"),
    ];
  });
  return Object.fromEntries(parts);
}
