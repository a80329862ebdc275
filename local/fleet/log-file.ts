import { appendFileSync, renameSync, statSync, truncateSync } from "node:fs";
import type { DiskWatch } from "../disk/disk-report.ts";

/** Keeps the output of the functions, like CloudWatch Logs. */
export interface LogFile {
  write(text: string): void;
}

const MAX_BYTES = 10 * 1024 * 1024;

const WHAT = "The log";

/**
 * Appends to `path`; a full file is renamed to `<path>.1`, so that there are at most two files. Text
 * that can't be written is dropped, and `disk` is told.
 */
export function openLogFile(path: string, disk: DiskWatch): LogFile {
  let bytes: number | null = null;
  return {
    write: (text) => {
      try {
        bytes ??= sizeOf(path);
        if (bytes > MAX_BYTES) {
          renameSync(path, `${path}.1`);
          bytes = 0;
        }
        appendFileSync(path, text, { mode: 0o600 });
        bytes += Buffer.byteLength(text);
        disk.worked(WHAT);
      } catch (error) {
        disk.failed(WHAT, error);
        if (bytes !== null) cutTo(path, bytes);
        bytes = null;
      }
    },
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Takes back the part of a text that the disk still had room for. */
function cutTo(path: string, bytes: number): void {
  try {
    truncateSync(path, bytes);
  } catch {
    // The file is gone, or the disk takes nothing at all: then it has no part either.
  }
}

/** Why the plan was refused, or null if the output does not say that it was. */
export function refusalIn(output: string): string | null {
  return sentencesIn(output, "refusal")[0] ?? null;
}

/** What is wrong with a clock, if the output says that anything is. */
export function clockNotesIn(output: string): string[] {
  return sentencesIn(output, "clock");
}

/** Why the dead man was not told, or null if the output does not say that it was not. */
export function deadManNoteIn(output: string): string | null {
  return sentencesIn(output, "deadMan")[0] ?? null;
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
