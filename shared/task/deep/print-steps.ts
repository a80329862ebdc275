import type { DialogueStep } from "./deep-check.ts";
import { escapeText } from "./escapes.ts";

/** A step in the user's field names. */
export function printStep(step: DialogueStep): Record<string, unknown> {
  const phase = step.phase === undefined ? {} : { phase: step.phase };
  return { ...printKind(step), ...phase };
}

/** Bytes in hex as a text with escapes if they are ASCII, else as they are. */
export function printMark(hex: string): string | { readonly hex: string } {
  const bytes = Buffer.from(hex, "hex");
  return bytes.some((byte) => byte >= 0x80) ? { hex } : escapeText(bytes.toString("latin1"));
}

function printKind(step: DialogueStep): Record<string, unknown> {
  switch (step.kind) {
    case "send":
      return { send: escapeText(step.text) };
    case "send_hex":
    case "expect_hex":
      return { [step.kind]: step.hex };
    case "starttls":
      return { starttls: true };
    default:
      return { [step.kind]: step.pattern };
  }
}
