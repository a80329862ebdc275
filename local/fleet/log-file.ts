import { appendFileSync, renameSync, statSync } from "node:fs";

/** Keeps the output of the functions, like CloudWatch Logs. */
export interface LogFile {
  write(text: string): void;
}

const MAX_BYTES = 10 * 1024 * 1024;

/** Appends to `path`; a full file is renamed to `<path>.1`, so that there are at most two files. */
export function openLogFile(path: string): LogFile {
  let bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    write: (text) => {
      if (bytes > MAX_BYTES) {
        renameSync(path, `${path}.1`);
        bytes = 0;
      }
      appendFileSync(path, text);
      bytes += Buffer.byteLength(text);
    },
  };
}

/** Why the plan was refused, or null if the output does not say that it was. */
export function refusalIn(output: string): string | null {
  return sentencesIn(output, "refusal")[0] ?? null;
}

/** What is wrong with a clock, if the output says that anything is. */
export function clockNotesIn(output: string): string[] {
  return sentencesIn(output, "clock");
}

function sentencesIn(output: string, field: string): string[] {
  const lines = output.split("\n").filter((line) => line.includes(`"${field}":`));
  return lines.flatMap((line) => {
    const said = parseLine(line)[field];
    return typeof said === "string" ? said : [];
  });
}

// Output comes in pieces, and an incomplete line is no JSON.
function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
