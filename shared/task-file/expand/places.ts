import { isFields, showKey } from "../../input/input.ts";

/** A variable that a text needs and the environment does not have, or a place that can't be read. */
export interface Fault {
  readonly field: string;
  readonly rule: string;
  readonly value?: unknown;
}

/** Values by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What `{host}` and `{port}` stand for in the texts of one task of a list. */
export type TargetPlaces = Readonly<Record<"host" | "port", string>>;

/** What places stand for, and where the faults go. */
export interface Filling {
  readonly environment: Environment;
  readonly places: TargetPlaces | null;
  readonly faults: Fault[];
}

/** `$${` is a literal `${`. */
const PLACE = /\$\$\{|\$\{([^}]*)\}|\$\{|\{(host|port)\}/g;

const VARIABLE = /^([A-Za-z_]\w{0,200})(?::-([\s\S]*))?$/;

const LITERAL = 'write "$${" for a literal "${"';
const PLACE_RULE = `has a "\${…}" that names no variable, as in "\${NAME}" or "\${NAME:-default}": ${LITERAL}`;

/** Texts that are sent or expected have places of their own, for labels and secrets. */
const SAID = new Set([
  "dialogue",
  "goodbye",
  "reconnect_on",
  ...["send", "send_hex", "expect", "expect_hex"].map((kind) => `keepalive.${kind}`),
]);

/** Fields in which a target's places are filled: the labels of a task. */
const LABELS = /^(?:name|target_id|tags\..*)$/s;

/** Fields that take a number or a flag, so that a variable there is one. */
const NUMBERS =
  /(?:^|\.)(?:(?:\w+_)?(?:seconds|minutes|ms|days|percent|percent_of_expected|threshold|windows|tasks|reconnects|attempts|size|rate)|ports?|timeout|interval|enabled|tls|tcp|fleet|quorum|min_healthy|min_reporting|multiplier|jitter|addresses_required)(?:\[\d+\])?$/;

/** A value with its places filled, all of it read once: what a variable holds is not looked at again. */
export function fillPlaces(value: unknown, path: string, filling: Filling): unknown {
  if (isSaid(path)) return value;
  if (typeof value === "string") return fillText(value, path, filling);
  if (Array.isArray(value)) {
    return keepSame(
      value,
      value.map((part, i) => fillPlaces(part, `${path}[${i}]`, filling)),
    );
  }
  if (!isFields(value)) return value;
  const prefix = path === "" ? "" : `${path}.`;
  const parts = Object.entries(value);
  const filled = parts.map(([key, part]) => fillPlaces(part, prefix + showKey(key), filling));
  if (filled.every((part, i) => part === parts[i]?.[1])) return value;
  return Object.fromEntries(parts.map(([key], i) => [key, filled[i]]));
}

/** Whether a field is said on a connection, so that nothing of the environment is in it. */
export function isSaid(path: string): boolean {
  return SAID.has(path);
}

/** Whether a field is a tag, whose value is text whatever it looks like. */
export function isTag(path: string): boolean {
  return path.startsWith("tags.");
}

/** With YAML's aliases a value may be in a file many times: without a place it is not copied. */
function keepSame(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((part, i) => part === before[i]) ? before : after;
}

function fillText(text: string, path: string, filling: Filling): unknown {
  if (!text.includes("{")) return text;
  let hasVariable = false;
  const filled = text.replace(PLACE, (place, variable?: string, target?: "host" | "port") => {
    if (place === "$${") return "${";
    if (target !== undefined) return placeOf(target, path, filling) ?? place;
    hasVariable = true;
    return variableOf(variable, path, filling);
  });
  return hasVariable && NUMBERS.test(path) && !isTag(path) ? plainOf(filled) : filled;
}

function placeOf(target: "host" | "port", path: string, { places }: Filling): string | null {
  return places !== null && LABELS.test(path) ? places[target] : null;
}

function variableOf(written: string | undefined, path: string, filling: Filling): string {
  const [, name, usual] = VARIABLE.exec(written ?? "") ?? [];
  if (name === undefined) {
    filling.faults.push({ field: path, rule: PLACE_RULE });
    return "";
  }
  const given = Object.hasOwn(filling.environment, name) ? filling.environment[name] : undefined;
  // As in a shell, a default takes the place of an empty variable too.
  if (usual !== undefined) return given || usual;
  if (given !== undefined) return given;
  filling.faults.push({ field: path, rule: `needs the variable ${name}, which is not set` });
  return "";
}

/** A variable is text, and the field that it is for takes a number or a flag. */
function plainOf(text: string): unknown {
  if (/^-?\d{1,21}(?:\.\d{1,23})?(?:e[+-]?\d{1,3})?$/i.test(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  return text;
}
