import { type Fields, isFields } from "../../../shared/input/input.ts";
import { boundedList, boundedText, Code } from "../model/code.ts";
import { markOf } from "../values/places.ts";
import { isNode, type Node, partsOf, type Script } from "./tree.ts";

const MOST_DEPTH = 60;

/** The value that a node writes literally, with `Code` for each part that only running it could give. */
export function literalOf(node: unknown, script: Script, depth = 0): unknown {
  if (!isNode(node)) return undefined;
  if (depth > MOST_DEPTH) return codeOf(node, script);
  const inner = (part: unknown) => literalOf(part, script, depth + 1);
  switch (node.type) {
    case "Literal":
      return node.regex === undefined ? node.value : codeOf(node, script);
    case "TemplateLiteral":
      return templateOf(node, script, depth);
    case "ArrayExpression":
      return listOfNode(node, script, depth);
    case "ObjectExpression":
      return tableOf(node, script, depth);
    case "Identifier":
      return nameOf(node, script, depth);
    case "MemberExpression":
      return memberOf(node, script, depth);
    case "UnaryExpression":
      return unaryOf(node, inner(node.argument), script);
    case "BinaryExpression":
      return binaryOf(node, inner(node.left), inner(node.right), script);
    case "LogicalExpression":
      return logicalOf(node, inner(node.left), inner(node.right));
    case "ChainExpression":
      return inner(node.expression);
    case "CallExpression":
    case "NewExpression":
      return callOf(node, script, depth);
    default:
      return codeOf(node, script);
  }
}

function codeOf(
  node: Node,
  { text }: Script,
  name: string | null = null,
  args: readonly unknown[] = [],
): Code {
  return new Code(text.slice(node.start, node.end).replace(/\s+/g, " "), name, args);
}

function templateOf(node: Node, script: Script, depth: number): unknown {
  const texts = partsOf(node, "quasis").map((one) => String(Object(Object(one).value).cooked));
  const values = partsOf(node, "expressions").map((one) => literalOf(one, script, depth + 1));
  if (!values.every((value) => typeof value === "string" || typeof value === "number")) {
    return codeOf(node, script);
  }
  return boundedText(texts.map((text, i) => `${text}${values[i] ?? ""}`).join(""));
}

function listOfNode(node: Node, script: Script, depth: number): unknown {
  const values = partsOf(node, "elements").flatMap((element) => {
    if (!isNode(element)) return [];
    if (element.type !== "SpreadElement") return [literalOf(element, script, depth + 1)];
    const spread = literalOf(element.argument, script, depth + 1);
    return Array.isArray(spread) ? spread : [spread];
  });
  return boundedList(values);
}

function tableOf(node: Node, script: Script, depth: number): unknown {
  const fields = new Map<string, unknown>();
  for (const property of partsOf(node, "properties").filter(isNode)) {
    if (property.type === "SpreadElement") {
      const spread = literalOf(property.argument, script, depth + 1);
      if (!isFields(spread) || spread instanceof Code) continue;
      for (const [key, value] of Object.entries(spread)) fields.set(key, value);
      continue;
    }
    const key = keyOf(property, script, depth);
    if (key !== null) fields.set(key, literalOf(property.value, script, depth + 1));
  }
  return Object.fromEntries(fields);
}

function keyOf({ key, computed }: Node, script: Script, depth: number): string | null {
  if (!isNode(key)) return null;
  if (computed !== true && key.type === "Identifier") return String(key.name);
  const value = literalOf(key, script, depth + 1);
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function nameOf(node: Node, script: Script, depth: number): unknown {
  const name = String(node.name);
  if (name === "undefined") return undefined;
  if (script.values.has(name)) return script.values.get(name);
  const constant = script.constants.get(name);
  if (constant === undefined) return codeOf(node, script, name);
  return literalOf(constant, script, depth + 4);
}

function memberOf(node: Node, script: Script, depth: number): unknown {
  const owner = literalOf(node.object, script, depth + 1);
  const key = isNode(node.property)
    ? node.computed === true
      ? literalOf(node.property, script, depth + 1)
      : String(node.property.name)
    : undefined;
  if (owner instanceof Code) return pathOf(node, owner, key, script);
  if (Array.isArray(owner) && typeof key === "number") return owner[key];
  if (!isFields(owner) || typeof key !== "string") return codeOf(node, script);
  return (owner as Fields)[key] !== undefined && Object.hasOwn(owner, key)
    ? owner[key]
    : codeOf(node, script);
}

/** `process.env.NAME` is a variable of the environment; other members of code have a name only. */
function pathOf(node: Node, owner: Code, key: unknown, script: Script): unknown {
  const name = owner.name === null ? null : `${owner.name}.${String(key)}`;
  if (owner.name === "process.env" && /^[A-Za-z_]\w{0,200}$/.test(String(key)))
    return markOf(String(key));
  return codeOf(node, script, name, owner.args);
}

function unaryOf(node: Node, value: unknown, script: Script): unknown {
  if (node.operator === "-" && typeof value === "number") return -value;
  if (node.operator === "+" && typeof value === "number") return value;
  if (node.operator === "!" && typeof value !== "object") return !value;
  return codeOf(node, script);
}

function binaryOf(node: Node, left: unknown, right: unknown, script: Script): unknown {
  const areTexts = [left, right].every((one) => typeof one === "string" || typeof one === "number");
  if (typeof left === "number" && typeof right === "number") {
    if (node.operator === "+") return left + right;
    if (node.operator === "-") return left - right;
    if (node.operator === "*") return left * right;
    if (node.operator === "/") return left / right;
  }
  if (node.operator === "+" && areTexts) return boundedText(`${String(left)}${String(right)}`);
  return codeOf(node, script);
}

/** `process.env.NAME || "usual"` is a variable with something in its place. */
function logicalOf(node: Node, left: unknown, right: unknown): unknown {
  if (node.operator === "&&") return right;
  const [, name] = /^\ue000(\w+)\ue001$/.exec(typeof left === "string" ? left : "") ?? [];
  const isText = typeof right === "string" || typeof right === "number";
  if (name !== undefined) return isText ? markOf(name, String(right)) : left;
  return left instanceof Code ? left : (left ?? right);
}

function callOf(node: Node, script: Script, depth: number): unknown {
  const callee = literalOf(node.callee, script, depth + 1);
  const args = partsOf(node, "arguments").map((one) => literalOf(one, script, depth + 1));
  if (callee instanceof Code && ["Number", "parseInt", "String"].includes(callee.name ?? "")) {
    if (typeof args[0] === "string" || typeof args[0] === "number") return args[0];
  }
  const entries = callee instanceof Code ? entriesOf(callee.name, args[0]) : null;
  if (entries !== null) return entries;
  return codeOf(node, script, callee instanceof Code ? callee.name : null, args);
}

/** `Object.entries(table)` and its like. */
function entriesOf(name: string | null, table: unknown): readonly unknown[] | null {
  if (!isFields(table) || table instanceof Code) return null;
  if (name === "Object.entries") return Object.entries(table);
  if (name === "Object.keys") return Object.keys(table);
  return name === "Object.values" ? Object.values(table) : null;
}
