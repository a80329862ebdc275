import { Code } from "../model/code.ts";
import { bind, bindUnknown } from "./bindings.ts";
import { literalOf } from "./literals.ts";
import {
  innerNodesOf,
  isNode,
  type Node,
  nodesOf,
  partsOf,
  type Script,
  scriptWithin,
} from "./tree.ts";

/** One `new Name(…)` of a script, once for each time that loops and calls make it. */
export interface Occurrence {
  readonly node: Node;
  /** The script with the names that the loop or the call sets. */
  readonly script: Script;
  /** Why it can't be known whether or how often it is made; null if it can. */
  readonly doubt: string | null;
}

const MOST_REPEATS = 5_000;
const MOST_DEPTH = 20;

const LOOPS = /^(?:ForStatement|ForInStatement|WhileStatement|DoWhileStatement)$/;
const CHOICES = /^(?:IfStatement|SwitchStatement|ContinueStatement|BreakStatement)$/;
const MAYBES = /^(?:LogicalExpression|ConditionalExpression)$/;

interface Waiting extends Occurrence {
  readonly depth: number;
}

interface Walk {
  readonly script: Script;
  /** Functions that are read where they are called, and not where they stand. */
  readonly called: ReadonlySet<Node>;
  /** Bodies that are repeated too often to be followed. */
  readonly givenUp: Set<unknown>;
  repeats: number;
}

/** Each `new` of a script. Loops over what is written literally and calls of own functions are followed. */
export function* occurrencesOf(tree: Node, script: Script): Generator<Occurrence> {
  const waiting: Waiting[] = [{ node: tree, script, doubt: null, depth: 0 }];
  const walk = { script, called: calledIn(tree, script), givenUp: new Set(), repeats: 0 };
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (one.node.type === "NewExpression") yield one;
    waiting.push(...nextOf(one, walk).reverse());
  }
}

function nextOf(one: Waiting, walk: Walk): Waiting[] {
  const { node, script } = one;
  if (node.type === "CallExpression") return callOf(one, walk);
  if (node.type === "ForOfStatement") {
    const loop = { list: node.right, patterns: [declared(node.left)], body: node.body, script };
    return loopOf(one, walk, loop);
  }
  if (LOOPS.test(node.type))
    return innerOf({ ...one, doubt: one.doubt ?? loopDoubt(node, script) });
  if (!isFunction(node)) return innerOf(one);
  const within = scriptWithin(node, script);
  const unknown = { ...one, script: bindUnknown(partsOf(node, "params"), within) };
  return walk.called.has(node) ? [] : innerOf(unknown);
}

function innerOf(one: Waiting): Waiting[] {
  return innerNodesOf(one.node).map((node) => ({ ...one, node }));
}

/** `list.forEach(…)`, or a call of one of the script's own functions. */
function callOf(one: Waiting, walk: Walk): Waiting[] {
  const callee = one.node.callee as Node;
  const args = partsOf(one.node, "arguments");
  const own = functionOf(callee, one.script);
  const inner = args.filter(isNode).map((node) => ({ ...one, node }));
  if (own !== null) {
    const values = [args.map((arg) => literalOf(arg, one.script))];
    const scoped = { ...one, script: scopeOf(callee, one, walk) };
    return [...bodiesOf(scoped, walk, { params: own.params, body: own.body }, values), ...inner];
  }
  const each = isEach(callee) ? functionOf(args[0], one.script) : null;
  if (each === null) return innerOf(one);
  const patterns = partsOf(each, "params");
  const script = scopeOf(args[0] as Node, one, walk);
  return loopOf(one, walk, { list: callee.object, patterns, body: each.body, script });
}

/** A function that stands there sees the names around it; one that is named sees the script's. */
function scopeOf(called: Node, one: Waiting, walk: Walk): Script {
  return isFunction(called) ? one.script : walk.script;
}

function isEach({ type, property }: Node): boolean {
  const { name } = Object(property) as { name?: unknown };
  return type === "MemberExpression" && ["forEach", "map", "flatMap"].includes(String(name));
}

interface Loop {
  readonly list: unknown;
  readonly patterns: readonly unknown[];
  readonly body: unknown;
  /** The script as the body sees it. */
  readonly script: Script;
}

/** The body once for each entry; once, in doubt, if only running the file could give the list. */
function loopOf(one: Waiting, walk: Walk, loop: Loop): Waiting[] {
  const { list, patterns, body } = loop;
  const node = { ...one, node: list as Node };
  const entries = literalOf(list, one.script);
  if (Array.isArray(entries)) {
    const values = entries.map((entry, i) => [entry, i]);
    return [
      node,
      ...bodiesOf({ ...one, script: loop.script }, walk, { params: patterns, body }, values),
    ];
  }
  const script = bindUnknown(patterns, scriptWithin(body as Node, loop.script));
  const doubt = one.doubt ?? loopDoubt(list as Node, script);
  return [node, { node: body as Node, script, doubt, depth: one.depth + 1 }];
}

/** A body once for each list of values of its parameters. */
function bodiesOf(
  { script, doubt, depth }: Waiting,
  walk: Walk,
  { params, body }: { readonly params: unknown; readonly body: unknown },
  values: readonly (readonly unknown[])[],
): Waiting[] {
  if (!isNode(body) || !makes(body) || walk.givenUp.has(body)) return [];
  const within = scriptWithin(body, script);
  const patterns = Array.isArray(params) ? params : [];
  const next = { node: body, doubt: doubt ?? choiceIn(body), depth: depth + 1 };
  walk.repeats += values.length;
  if (depth < MOST_DEPTH && walk.repeats <= MOST_REPEATS) {
    return values.map((some) => ({ ...next, script: bind(patterns, some, within) }));
  }
  walk.givenUp.add(body);
  const reason = "it is made too often to be read without being run";
  return [{ ...next, doubt: reason, script: bindUnknown(patterns, within) }];
}

function declared(pattern: unknown): unknown {
  const [first] = isNode(pattern) ? partsOf(pattern, "declarations") : [];
  return isNode(first) ? first.id : pattern;
}

function loopDoubt({ start, end, body }: Node, script: Script): string {
  const head = isNode(body) && body.start > start ? body.start : end;
  const { text } = new Code(script.text.slice(start, head).trim().replace(/\s+/g, " "));
  return `it is made in a loop, which is not run: ${text}`;
}

/** Why a body that is repeated may leave out what it makes. */
function choiceIn(body: Node): string | null {
  const isChoice = (node: Node) =>
    CHOICES.test(node.type) || (MAYBES.test(node.type) && [...nodesOf(node)].some(isNew));
  return [...nodesOf(body)].some(isChoice)
    ? "it is made under a condition, which is not run"
    : null;
}

function isNew({ type }: Node): boolean {
  return type === "NewExpression";
}

function makes(node: Node): boolean {
  return [...nodesOf(node)].some(({ type }) => /^(?:New|Call)Expression$/.test(type));
}

function isFunction({ type }: Node): boolean {
  return /^(?:ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(type);
}

/** A function that stands there, or the script's own one of that name. */
function functionOf(node: unknown, { constants }: Script): Node | null {
  if (!isNode(node)) return null;
  if (isFunction(node)) return node;
  const own = node.type === "Identifier" ? constants.get(String(node.name)) : undefined;
  return own !== undefined && isFunction(own) ? own : null;
}

function calledIn(tree: Node, script: Script): ReadonlySet<Node> {
  const calls = [...nodesOf(tree)].filter(({ type }) => type === "CallExpression");
  const used = calls.flatMap((call) => {
    const callee = call.callee as Node;
    return isEach(callee) ? [callee, partsOf(call, "arguments")[0]] : [callee];
  });
  const named = used.filter((node) => isNode(node) && node.type === "Identifier");
  return new Set(named.flatMap((node) => functionOf(node, script) ?? []));
}
