import { appendFileSync, renameSync, statSync } from "node:fs";

/** Where the functions' own output goes, as CloudWatch Logs would keep it. */
export interface LogFile {
  write(text: string): void;
}

const MAX_BYTES = 10 * 1024 * 1024;

/** Appends to `path`; a full file makes way to `<path>.1`, so that two of them are kept at most. */
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

/** Why the plan was refused, where the functions' output says so. */
export function refusalIn(output: string): string | null {
  const line = output.split("\n").find((candidate) => candidate.includes('"refusal":'));
  const record: { refusal?: string } = line === undefined ? {} : parseLine(line);
  return record.refusal ?? null;
}

// Output comes in pieces: half a line is no JSON yet.
function parseLine(line: string): { refusal?: string } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
