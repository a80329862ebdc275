import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Folders whose files are the project's code. */
const CODE = [
  "shared",
  "functions",
  "cdk",
  "local",
  "cli",
  "web",
  "terminal",
  "bench",
  "test",
] as const;

/** One named import or re-export of another file of the project. */
export interface Import {
  readonly target: string;
  readonly names: readonly string[];
}

/** One exported declaration. */
export interface Export {
  readonly name: string;
  /** It exists at run time: no type. */
  readonly isValue: boolean;
  /** A doc comment stands right above it. */
  readonly isDocumented: boolean;
  /** It is a function that is written as a constant. */
  readonly isArrow: boolean;
}

/** One source file, as far as the rules of the house look at it. */
export interface HouseFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
}

/** Every TypeScript file of the project by its path from the root, with `/` between folders. */
export function readHouse(): ReadonlyMap<string, HouseFile> {
  const paths = CODE.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => `${folder}/${path.replaceAll("\\", "/")}`),
  );
  return new Map(paths.sort().map((path) => [path, readFile(path)]));
}

function readFile(path: string): HouseFile {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, text, imports: importsOf(path, text), exports: exportsOf(text) };
}

const STATEMENT = /^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"(\.[^"]+)";/gm;
const DYNAMIC = /import\(\s*"(\.[^"]+)"\s*\)/g;

function importsOf(path: string, text: string): Import[] {
  const at = (specifier: string) => normalize(join(dirname(path), specifier)).replaceAll("\\", "/");
  const named = [...text.matchAll(STATEMENT)].map(([, list = "", specifier = ""]) => ({
    target: at(specifier),
    names: list.split(",").flatMap((name) => /(?:type\s+)?(\w+)/.exec(name.trim())?.[1] ?? []),
  }));
  const dynamic = [...text.matchAll(DYNAMIC)].map(([, specifier = ""]) => ({
    target: at(specifier),
    names: [...text.matchAll(/\)\)\.(\w+)/g)].map(([, name = ""]) => name),
  }));
  return [...named, ...dynamic];
}

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:interface|type|const|let|function\*?|class) (\w+)(.*(?:\n.*)?)/gm;

function exportsOf(text: string): Export[] {
  return [...text.matchAll(DECLARATION)].map((match) => {
    const [whole, name = "", rest = ""] = match;
    const before = text.slice(0, match.index).trimEnd();
    const isConstant = whole.startsWith("export const");
    return {
      name,
      isValue: !/^export (?:declare )?(?:interface|type) /.test(whole),
      isDocumented: before.endsWith("*/"),
      isArrow: isConstant && /=\s*(?:async\s*)?\([^=]*\)[^=]*=>/.test(`${rest}`),
    };
  });
}

/** The room that a file stands in: the deepest folder above it that has a door, or null. */
export function roomOf(house: ReadonlyMap<string, unknown>, path: string): string | null {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    if (house.has(doorOf(folder))) return folder;
  }
  return null;
}

/** A room's door: the file that has the room's own name. */
export function doorOf(room: string): string {
  return `${room}/${basename(room)}.ts`;
}
