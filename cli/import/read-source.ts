import { formatOf } from "../../shared/task-file/task-file.ts";
import { FORMATS } from "./formats.ts";
import type { Format, Language, Source } from "./model/format.ts";
import { readData, type SyntaxProblem } from "./syntax/data.ts";
import { readJsonnet } from "./syntax/jsonnet.ts";
import { readScript } from "./syntax/script.ts";
import { readTextproto } from "./syntax/textproto.ts";
import { withoutMarks } from "./values/places.ts";

/** A file's text under its name. */
export interface ForeignText {
  readonly file: string;
  readonly text: string;
}

/** A file as the source of one format, or one sentence on why it is none. */
export type ReadSource =
  | { readonly format: Format; readonly sources: readonly Source[]; readonly problem?: undefined }
  | { readonly problem: string };

/** Reads a file in the languages that it may be in, and finds whose it is. `only` is the format that the user names. */
export function readSource({ file, text }: ForeignText, only: Format | null): ReadSource {
  const plain = withoutMarks(text.replace(/^\ufeff/, ""));
  let problem: SyntaxProblem | null = null;
  let isReadable = false;
  for (const language of languagesOf(file, plain, only)) {
    const read = readLanguage(language, file, plain);
    if ("problem" in read) {
      problem ??= read.problem;
      continue;
    }
    isReadable = true;
    const sources = read.documents.map((content) => ({ file, text: plain, content }));
    const formats = only === null ? ownersOf(sources, language) : [only];
    if (formats.length > 1) return { problem: ambiguous(formats) };
    const [format] = formats;
    if (format !== undefined) return { format, sources };
  }
  return { problem: problem === null || isReadable ? unknownRule() : sentenceOf(problem) };
}

function ownersOf(sources: readonly Source[], language: Language): readonly Format[] {
  return FORMATS.filter(
    ({ languages, owns }) =>
      languages.includes(language) && sources.some((source) => owns(source, language)),
  );
}

const SCRIPT = /\.[cm]?[jt]sx?$/i;
const JSONNET = /\.(?:jsonnet|libsonnet)$/i;
const TEXTPROTO = /\.(?:textproto|textpb|pbtxt|txtpb|pb\.txt)$/i;

/** By the end of the name; where it says nothing, by what the text looks like. */
function languagesOf(file: string, text: string, only: Format | null): readonly Language[] {
  const likely = likelyLanguages(file, text);
  if (only === null) return likely;
  const possible = likely.filter((language) => only.languages.includes(language));
  return possible.length > 0 ? possible : only.languages;
}

function likelyLanguages(file: string, text: string): readonly Language[] {
  if (SCRIPT.test(file)) return ["script"];
  if (JSONNET.test(file)) return ["jsonnet"];
  if (TEXTPROTO.test(file)) return ["textproto"];
  if (formatOf(file) !== null) return ["data"];
  if (/^[ \t]*(?:probe|shared_targets|surfacer)[ \t]*:?[ \t]*[{<]/m.test(text))
    return ["textproto", "data"];
  if (/["']checkly\/constructs["']|^(?:import|export) .*from /m.test(text)) return ["script"];
  return /^[ \t]*local \w+ ?=/m.test(text) ? ["jsonnet", "data"] : ["data", "textproto"];
}

type Read = { readonly documents: readonly unknown[] } | { readonly problem: SyntaxProblem };

function readLanguage(language: Language, file: string, text: string): Read {
  try {
    if (language === "data") return unwrapped(readData(file, text));
    if (language === "script") {
      const read = readScript(file, text);
      return "problem" in read ? read : { documents: [read] };
    }
    const read = language === "jsonnet" ? readJsonnet(text) : readTextproto(text);
    return "problem" in read ? read : { documents: [read.value] };
  } catch (error) {
    // Parsers call themselves for each level.
    if (error instanceof RangeError)
      return { problem: { line: null, reason: "it is nested too deeply" } };
    throw error;
  }
}

/** A ConfigMap of Kubernetes has the files of a tool as texts. */
function unwrapped(read: ReturnType<typeof readData>): Read {
  if (read.problem !== undefined) return { problem: read.problem };
  const documents = read.documents.flatMap((content) => {
    const { kind, data } = Object(content ?? {}) as { kind?: unknown; data?: unknown };
    if (kind !== "ConfigMap" && kind !== "Secret") return [content];
    return Object.entries(Object(data ?? {})).flatMap(([name, text]) => {
      const inner = typeof text === "string" ? readData(name, text) : null;
      return inner === null || inner.problem !== undefined ? [] : inner.documents;
    });
  });
  return { documents };
}

function sentenceOf({ line, reason }: SyntaxProblem): string {
  return line === null ? reason : `line ${line}: ${reason}`;
}

function ambiguous(formats: readonly Format[]): string {
  const tools = formats.map(({ tool }) => tool).join(" or ");
  const kinds = formats.map(({ kind }) => `--format ${kind}`).join(" or ");
  return `it may be of ${tools}: say which, by ${kinds}`;
}

function unknownRule(): string {
  return `it is of no tool that is known: ${FORMATS.map(({ tool }) => tool).join(", ")}`;
}
