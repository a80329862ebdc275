import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { AnyNode } from "acorn";
import { parseSource, placesOf } from "./parse-source.ts";

/** For each file of the project the files that it imports, by paths from the root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Reads what the files import, and what those import. */
export function readImportGraph(root: string, files: readonly string[]): ImportGraph {
  const graph = new Map<string, readonly string[]>();
  const left = [...files];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (graph.has(file)) continue;
    const imported = importsOf(root, file);
    graph.set(file, imported);
    left.push(...imported);
  }
  return graph;
}

/** How many imports away each file is that the file reaches. */
export function distancesFrom(graph: ImportGraph, file: string): ReadonlyMap<string, number> {
  const distances = new Map([[file, 0]]);
  // A map gives what is set while it is walked, so this is breadth first.
  for (const [near, distance] of distances) {
    for (const next of graph.get(near) ?? [])
      if (!distances.has(next)) distances.set(next, distance + 1);
  }
  return distances;
}

/** The files of the project that match, without declarations. */
export function projectFiles(root: string, pattern: string): string[] {
  return globSync(pattern, { cwd: root })
    .filter((file) => !file.endsWith(".d.ts"))
    .sort();
}

function importsOf(root: string, file: string): string[] {
  const source = parseSource(readFileSync(join(root, file), "utf8"));
  const named = [...placesOf(source)].flatMap(({ node }) => importedBy(node));
  return named
    .filter((name) => name.startsWith(".") && name.endsWith(".ts"))
    .map((name) => relative(root, join(root, dirname(file), name)))
    .filter((path) => existsSync(join(root, path)));
}

function importedBy(node: AnyNode): string[] {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
      return node.source?.type === "Literal" ? [String(node.source.value)] : [];
    default:
      return [];
  }
}
