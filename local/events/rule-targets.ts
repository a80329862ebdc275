import {
  isFields,
  isLabel,
  nearestName,
  problemSentence,
  showValue,
} from "../../shared/input/input.ts";
import { isServiceType, readTarget } from "../notify/read-target.ts";
import { doubledNames, type WantedTarget } from "../notify/read-targets.ts";
import { SERVICES } from "../notify/services/table.ts";
import type { Environment } from "../notify/variables.ts";

/** A target as a rules file has it. */
type RuleTarget =
  | { readonly type: "terminal" }
  | { readonly type: "file"; readonly path: string }
  | ({ readonly type: "notify" } & WantedTarget);

const RULE =
  'a target must be {"type":"terminal"}, {"type":"file","path"}, {"type":"webhook","url"} or of another service';

function unknownType(type: string, name: unknown): string {
  const choices = ["terminal", "file", ...Object.keys(SERVICES)];
  const meant = nearestName(type, choices);
  const hint = meant === null ? "" : ` (did you mean "${meant}"?)`;
  const target = isLabel(name, 100) ? `Target ${JSON.stringify(name)}` : "a target";
  return `${target}: type must be one of ${choices.join(", ")}${hint}, is ${showValue(type)}`;
}

/** The targets of one rules file. Those that are written alike are one target. */
export class RuleTargets {
  readonly warnings: string[] = [];
  readonly #environment: Environment;
  readonly #known = new Map<string, WantedTarget>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Reads a target of a rule; none if something is wrong with it. */
  parse(raw: unknown, ruleName: string, say: (problem: string) => void): RuleTarget[] {
    const fields = isFields(raw) ? raw : {};
    const { type, path } = fields;
    if (type === "terminal") return [{ type }];
    if (type === "file" && typeof path === "string" && path !== "") return [{ type, path }];
    if (!isServiceType(type)) {
      const isOfRule = typeof type !== "string" || type === "terminal" || type === "file";
      say(isOfRule ? RULE : unknownType(type, fields.name));
      return [];
    }
    const spelling = JSON.stringify(fields);
    const known = this.#known.get(spelling);
    if (known !== undefined) return [{ type: "notify", ...known }];
    const context = { file: null, environment: this.#environment, hasFilter: false };
    const usualName = this.#freeName(`${ruleName} ${type}`);
    const { target, wants, problems, warnings } = readTarget(fields, { ...context, usualName });
    for (const problem of problems) say(problemSentence(problem));
    if (target === null) return [];
    this.warnings.push(...warnings);
    this.#known.set(spelling, { target, wants });
    return [{ type: "notify", target, wants }];
  }

  /** One sentence for each name that two targets have. */
  doubledNames(): string[] {
    return doubledNames([...this.#known.values()]).map(problemSentence);
  }

  #freeName(name: string): string {
    const taken = new Set([...this.#known.values()].map(({ target }) => target.name));
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name} ${i}`;
    return free;
  }
}
