import { findPatternFault } from "../../functions/patterns/patterns.ts";
import { type Problem, showValue } from "../../shared/input/input.ts";
import { parseTask, type Task } from "../../shared/task/task.ts";
import type { Call } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { choiceOption, numberOption } from "../command/read-option.ts";
import { readDeepFields } from "./deep-fields.ts";
import { readPorts } from "./read-ports.ts";

const MOST_CHECKS = 1_024;

/** A task for each target of a call and each of its ports, in their order; throws UsageError. */
export async function readTasks(call: Call): Promise<Task[]> {
  const ports = readPorts(call);
  const checkCount = call.args.length * (ports?.length ?? 1);
  if (checkCount > MOST_CHECKS) {
    throw new UsageError(`The targets have ${checkCount} ports together, at most ${MOST_CHECKS}.`);
  }
  const fields = {
    schedule_seconds: 60,
    timeout_seconds: numberOption(call, "timeout", { min: 1, max: 60 }) ?? 5,
    expect: choiceOption(call, "expect", ["open", "closed"]) ?? "open",
    ...(await readDeepFields(call)),
    address_family: choiceOption(call, "family", ["any", "ipv4", "ipv6"]) ?? "any",
  };
  return call.args.flatMap((target) => {
    if (ports === null) return taskOf({ ...fields, name: target, ...placeOf(target) });
    return ports.map((port) => {
      const task = taskOf({ ...fields, name: "check", ...placeOf(target), port });
      return { ...task, name: task.host };
    });
  });
}

function placeOf(target: string): object {
  return { [target.includes("://") ? "url" : "host"]: target };
}

function taskOf(fields: object): Task {
  const parsed = parseTask(fields, { findPatternFault });
  if (parsed.task !== undefined) return parsed.task;
  throw new UsageError(sentenceOf(parsed.problems));
}

/** What is wrong with the target, unless an option is wrong, which is wrong for each of them. */
function sentenceOf(problems: readonly Problem[]): string {
  const deep = problems.filter(({ field }) => /^(?:tls|greeting|dialogue)/.test(field));
  if (deep.length > 0) return `${deep.map((one) => `${one.field} ${ruleOf(one)}`).join("; ")}.`;
  if (problems.some(({ field }) => field === "port"))
    return "A target must have no port of its own if --ports is given.";
  return `HOST:PORT ${[...new Set(problems.map(ruleOf))].join("; ")}.`;
}

function ruleOf({ rule, value }: Problem): string {
  return rule.startsWith("must ") ? `${rule}, is ${showValue(value)}` : rule;
}
