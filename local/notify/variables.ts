import { isFields, type Report, showKey } from "../../shared/input/input.ts";

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What variables are filled from, and what was found on the way. */
export interface Filling {
  readonly environment: Environment;
  readonly report: Report;
  /** Fields of which a part is a variable's. */
  readonly filled: Set<string>;
  /** The values of variables, which are shown nowhere. */
  readonly secrets: Set<string>;
}

const PLACE = /\$\$\{|\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z_]\w{0,200}$/;

const PLACE_RULE = `has a "\${…}" that names no variable; write "$\${" for a literal "\${"`;

/** In a template a name in capitals is a variable, and any other place is of the event. */
const CAPITALS = /^[A-Z_][A-Z0-9_]*$/;

/** A value whose `${NAME}` are filled from the environment, in every text of it. */
export function fillVariables(value: unknown, path: string, filling: Filling): unknown {
  if (typeof value === "string") return fillText(value, path, filling);
  if (Array.isArray(value)) {
    return value.map((part, i) => fillVariables(part, `${path}[${i}]`, filling));
  }
  if (!isFields(value)) return value;
  const prefix = path === "" ? "" : `${path}.`;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      fillVariables(part, prefix + showKey(key), filling),
    ]),
  );
}

function fillText(text: string, path: string, filling: Filling): string {
  const isTemplate = path === "template";
  return text.replace(PLACE, (place, name?: string) => {
    if (name === undefined) return isTemplate ? place : "${";
    if (isTemplate && !CAPITALS.test(name)) return place;
    return variableOf(name, path, filling);
  });
}

function variableOf(name: string, path: string, filling: Filling): string {
  if (!NAME.test(name)) {
    filling.report(path, PLACE_RULE);
    return "";
  }
  const { environment, secrets, filled } = filling;
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  filled.add(path);
  if (value === undefined || value === "") {
    filling.report(path, `needs the variable ${name}, which is not set`);
    return "";
  }
  secrets.add(value);
  return value;
}
