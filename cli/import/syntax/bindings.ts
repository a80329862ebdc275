import { isFields, ownField } from "../../../shared/input/input.ts";
import { Code } from "../model/code.ts";
import { literalOf } from "./literals.ts";
import { isNode, type Node, nodesOf, partsOf, type Script } from "./tree.ts";

/** The script with the names of some patterns, e.g. parameters, set to values. */
export function bind(
  patterns: readonly unknown[],
  values: readonly unknown[],
  script: Script,
): Script {
  const names = new Map(script.values);
  patterns.forEach((pattern, i) => {
    setPattern(pattern, values[i], { ...script, values: names }, names);
  });
  return { ...script, values: names };
}

/** The script with the names of some patterns set to what only running it could give. */
export function bindUnknown(patterns: readonly unknown[], script: Script): Script {
  const names = new Map(script.values);
  for (const pattern of patterns.filter(isNode)) {
    for (const { type, name } of nodesOf(pattern)) {
      if (type === "Identifier") names.set(String(name), new Code(String(name), String(name)));
    }
  }
  return { ...script, values: names };
}

function setPattern(
  pattern: unknown,
  value: unknown,
  script: Script,
  names: Map<string, unknown>,
): void {
  if (!isNode(pattern)) return;
  const next = (inner: unknown, part: unknown) => setPattern(inner, part, script, names);
  if (pattern.type === "Identifier") names.set(String(pattern.name), value);
  else if (pattern.type === "AssignmentPattern") {
    next(pattern.left, value === undefined ? literalOf(pattern.right, script) : value);
  } else if (pattern.type === "ArrayPattern") {
    partsOf(pattern, "elements").forEach((element, i) => {
      next(element, Array.isArray(value) ? value[i] : codeOf(element, script));
    });
  } else if (pattern.type === "ObjectPattern") {
    for (const property of partsOf(pattern, "properties").filter(isNode)) {
      next(property.value ?? property.argument, fieldOf(property, value, script));
    }
  } else next(pattern.argument, codeOf(pattern, script));
}

function fieldOf(property: Node, value: unknown, script: Script): unknown {
  const { name, value: text } = Object(property.key) as { name?: unknown; value?: unknown };
  const isPlain = property.type === "Property" && property.computed !== true;
  if (!isPlain || !isFields(value) || value instanceof Code) return codeOf(property, script);
  return ownField(value, String(name ?? text));
}

function codeOf(node: unknown, { text }: Script): Code {
  return isNode(node) ? new Code(text.slice(node.start, node.end)) : new Code("nothing");
}
