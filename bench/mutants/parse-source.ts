import { stripTypeScriptTypes } from "node:module";
import { type AnyNode, type Program, parse } from "acorn";

/** A source file without its types: every offset is the same as in the file. */
export interface ParsedSource {
  readonly code: string;
  readonly program: Program;
}

/** A node with all that it stands in, outermost first. */
export interface Place {
  readonly node: AnyNode;
  readonly ancestors: readonly AnyNode[];
  readonly code: string;
}

/** Parses a TypeScript file the way Node runs it: its types become blanks first. */
export function parseSource(text: string): ParsedSource {
  const code = stripTypeScriptTypes(text);
  if (code.length !== text.length) throw new Error("a stripped source must keep its offsets");
  return { code, program: parseCode(code) };
}

/** Tells whether a mutated text is still a program. */
export function isProgram(code: string): boolean {
  try {
    parseCode(code);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Every node of a program with its ancestors, in the order of the text. */
export function* placesOf({ code, program }: ParsedSource): Generator<Place> {
  yield* placesUnder(program, [], code);
}

function* placesUnder(
  node: AnyNode,
  ancestors: readonly AnyNode[],
  code: string,
): Generator<Place> {
  yield { node, ancestors, code };
  const inner = [...ancestors, node];
  for (const child of Object.values(node).flat()) {
    if (isNode(child)) yield* placesUnder(child, inner, code);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function parseCode(code: string): Program {
  return parse(code, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
}
