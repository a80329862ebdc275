import { readContent } from "../../../shared/task-file/task-file.ts";

/** Where a text breaks the rules of its language, and how. */
export interface SyntaxProblem {
  readonly line: number | null;
  readonly reason: string;
}

/** The documents of a text, or what is wrong with it. */
export type Documents =
  | { readonly documents: readonly unknown[]; readonly problem?: undefined }
  | { readonly problem: SyntaxProblem };

/** Reads TOML, YAML with any number of documents, and JSON. */
export function readData(file: string, text: string): Documents {
  const whole = readOne(file, text, 0);
  if ("documents" in whole) return whole;
  const parts = yamlParts(text);
  if (parts.length < 2) return whole;
  const documents: unknown[] = [];
  for (const { text: part, line } of parts) {
    const read = readOne(file, part, line);
    if (read.problem !== undefined) return read;
    documents.push(...read.documents);
  }
  return { documents };
}

function readOne(file: string, text: string, lineOffset: number): Documents {
  const content = readContent(file, text);
  if (content.faults === undefined) return { documents: [content.value] };
  const [fault] = content.faults;
  const line = fault?.position ? fault.position.line + lineOffset : null;
  const reason = fault?.reason ?? "it can't be read";
  return {
    problem: { line, reason: `it is not valid ${content.format.toUpperCase()}: ${reason}` },
  };
}

/** The documents of a YAML stream, each with the number of lines before it. */
function yamlParts(text: string): { text: string; line: number }[] {
  const parts: { text: string; line: number }[] = [];
  let lines: string[] = [];
  let from = 0;
  const close = (next: number) => {
    const part = lines.join("\n");
    if (part.replace(/^[ \t]*(?:#.*)?$/gm, "").trim() !== "")
      parts.push({ text: part, line: from });
    lines = [];
    from = next;
  };
  text.split("\n").forEach((line, i) => {
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) close(i + 1);
    else lines.push(line);
  });
  close(0);
  return parts;
}
