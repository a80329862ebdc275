/** A node of the syntax tree, whose parts are looked at one by one. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

/** A script's text, and what its names stand for. */
export interface Script {
  readonly text: string;
  readonly constants: ReadonlyMap<string, Node>;
  /** The names that a loop or a call sets, which come before constants. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** Each node of a tree, from the outside in. */
export function* nodesOf(tree: Node): Generator<Node> {
  const waiting: Node[] = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    waiting.push(...innerNodesOf(node).reverse());
  }
}

/** The nodes that are parts of a node, in their order. */
export function innerNodesOf(node: Node): Node[] {
  return Object.values(node).flatMap((part) => [part].flat().filter(isNode));
}

/** Whether a value is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof Object(value).type === "string";
}

/** A list that is a part of a node; empty if there is none. */
export function partsOf(node: Node, name: string): readonly unknown[] {
  const parts = node[name];
  return Array.isArray(parts) ? parts : [];
}

/** The script's names that stand for one value or function, wherever they are; the outermost counts. */
export function scriptOf(tree: Node, text: string): Script {
  const script = { text, constants: new Map<string, Node>(), values: new Map<string, unknown>() };
  const outer = partsOf(tree, "body").filter(isNode);
  const declared = outer.map((node) => (isNode(node.declaration) ? node.declaration : node));
  const constants = new Map([
    ...constantsIn([...nodesOf(tree)]),
    ...constantsIn(declared.flatMap((node) => [node, ...partsOf(node, "declarations")])),
  ]);
  for (const node of nodesOf(tree)) {
    const set = node.type === "AssignmentExpression" ? node.left : node.argument;
    if (!/^(?:Assignment|Update)Expression$/.test(node.type) || !isNode(set)) continue;
    if (set.type === "Identifier") constants.delete(String(set.name));
  }
  return { ...script, constants };
}

/** The script as a body sees it: its own names come first. */
export function scriptWithin(body: Node, script: Script): Script {
  const own = constantsIn([...nodesOf(body)]);
  if (own.size === 0) return script;
  const values = [...script.values].filter(([name]) => !own.has(name));
  return { ...script, constants: new Map([...script.constants, ...own]), values: new Map(values) };
}

/** `const` and `let` with a value, and functions, by their names. */
function constantsIn(nodes: readonly unknown[]): Map<string, Node> {
  const constants = new Map<string, Node>();
  for (const node of nodes.filter(isNode)) {
    const value = node.type === "FunctionDeclaration" ? node : node.init;
    if (!isNode(value) || !/^(?:FunctionDeclaration|VariableDeclarator)$/.test(node.type)) continue;
    if (isNode(node.id) && node.id.type === "Identifier")
      constants.set(String(node.id.name), value);
  }
  return constants;
}
