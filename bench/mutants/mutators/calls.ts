import type { CallExpression, MemberExpression } from "acorn";
import type { Edit } from "../mutant.ts";
import type { Place } from "../parse-source.ts";
import { calledName, replace } from "./places.ts";

/** A method that does almost the same. */
const SWAPS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
  floor: "ceil",
  ceil: "floor",
  round: "floor",
  trunc: "ceil",
  startsWith: "endsWith",
  endsWith: "startsWith",
  find: "findLast",
  findLast: "find",
  findIndex: "findLastIndex",
  findLastIndex: "findIndex",
  indexOf: "lastIndexOf",
  lastIndexOf: "indexOf",
  push: "unshift",
  unshift: "push",
  shift: "pop",
  pop: "shift",
};

/** Calls whose result may be what they are called on. */
const DROPPED = new Set(
  "filter slice subarray sort toSorted reverse toReversed trim toLowerCase toUpperCase".split(" "),
);

/** Methods that are swapped, calls that are left out, and `?.` and `...` that are not there. */
export function mutateCall({ node }: Place): Edit[] {
  switch (node.type) {
    case "CallExpression":
      return node.callee.type === "MemberExpression" ? mutateMethod(node, node.callee) : [];
    case "SpreadElement":
      return [replace(node.argument, "[]")];
    case "MemberExpression":
      return node.optional ? [withoutQuestion(node)] : [];
    default:
      return [];
  }
}

/** `a?.b` as `a.b`, `a?.[b]` as `a[b]`. */
function withoutQuestion({ object, property, computed }: MemberExpression): Edit {
  return { start: object.end, end: property.start, text: computed ? "[" : "." };
}

function mutateMethod(call: CallExpression, callee: MemberExpression): Edit[] {
  const name = calledName(callee);
  const swap = SWAPS[name];
  const swapped = swap === undefined ? [] : [replace(callee.property, swap)];
  const dropped = DROPPED.has(name) ? [{ start: callee.object.end, end: call.end, text: "" }] : [];
  return [...swapped, ...dropped, ...oneSide(call, name)];
}

/** A limit that does not limit: one side of a minimum or maximum alone. */
function oneSide(call: CallExpression, name: string): Edit[] {
  const [first, second] = call.arguments;
  if ((name !== "min" && name !== "max") || call.arguments.length !== 2) return [];
  if (first === undefined || second === undefined) return [];
  return [
    { start: first.end, end: second.end, text: "" },
    { start: first.start, end: second.start, text: "" },
  ];
}
