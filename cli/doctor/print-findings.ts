import { escapeUnprintable } from "../../shared/input/input.ts";
import { showCount } from "../../terminal/count.ts";
import { paint } from "../../terminal/paint.ts";
import type { Finding } from "./finding.ts";

/** What was found as lines: a region a line, and what is to be done below it. */
export function findingLines(findings: readonly Finding[], colours: boolean): string[] {
  const regions = [...new Set(findings.map(({ region }) => region))];
  const lines = regions.flatMap((region) => {
    const own = findings.filter((finding) => finding.region === region);
    const parts = [...new Set(own.filter(({ level }) => level === "well").map(partOf))];
    const open = own.filter(({ level }) => level !== "well");
    const none = open.every(({ level }) => level === "unknown") ? "known" : "well";
    const shown = parts.length > 0 ? `well: ${parts.join(", ")}` : `nothing is ${none}`;
    return [`${region}  ${shown}`, ...open.map((finding) => lineOf(finding, colours))];
  });
  return [...lines, "", sumLine(findings)];
}

function partOf({ part, text }: Finding): string {
  return text === "" ? part : `${part} (${text})`;
}

function lineOf({ part, level, text, todo }: Finding, colours: boolean): string {
  const mark = markOf(level, colours);
  const said = escapeUnprintable(todo === "" ? text : `${text}. To do: ${todo}`);
  return `  ${mark}  ${part}: ${said}.`;
}

function markOf(level: Finding["level"], colours: boolean): string {
  if (level === "wrong") return paint("wrong", "red", colours);
  return level === "hint" ? "hint" : paint("?", "yellow", colours);
}

function sumLine(findings: readonly Finding[]): string {
  const wrongCount = findings.filter(({ level }) => level === "wrong").length;
  const unknowns = findings.filter(({ level }) => level === "unknown");
  const unknownCount = unknowns.length;
  const what = unknowns.every(({ part }) => part === "region") ? "region" : "part";
  if (wrongCount + unknownCount === 0) return "All is well.";
  const unknown = unknownCount === 0 ? "" : `${showCount(unknownCount, what)} could not be asked`;
  const isWrong = wrongCount === 0 ? "" : `${showCount(wrongCount, "thing")} to do`;
  return `${[isWrong, unknown].filter((words) => words !== "").join("; ")}.`;
}
