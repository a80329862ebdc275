import { styleText } from "node:util";
import type { Io } from "../command/io.ts";

export type Tone = "good" | "warn" | "bad" | "dim" | "strong";

const STYLES = {
  good: "green",
  warn: "yellow",
  bad: "red",
  dim: "dim",
  strong: "bold",
} as const;

/** Colours a text where colours are wanted; the words must say the same without. */
export function paint(io: Io, tone: Tone, text: string): string {
  return io.colours ? styleText(STYLES[tone], text, { validateStream: false }) : text;
}

const TONES: Readonly<Record<string, Tone>> = {
  OK: "good",
  WARNING: "warn",
  CRITICAL: "bad",
  NO_DATA: "warn",
};

/** A task's status in its colour. */
export function paintStatus(io: Io, status: string): string {
  const tone = TONES[status];
  return tone === undefined ? status : paint(io, tone, status);
}
