import { escapeText } from "../../../shared/task/task.ts";

/** A step of a task's dialogue in the user's field names. */
export type Step = Readonly<Record<string, unknown>>;

/** A step that sends a text or bytes as they are, so that nothing in it is taken for a place. */
export function sendStep(data: string | Uint8Array): Step {
  if (typeof data !== "string") return { send_hex: Buffer.from(data).toString("hex") };
  if (!data.isWellFormed()) return { send_hex: Buffer.from(data).toString("hex") };
  return { send: escapeText(data).replaceAll("${", () => "$${") };
}

/** A step that waits for exactly these bytes. */
export function expectBytesStep(data: string | Uint8Array): Step {
  return { expect_hex: Buffer.from(data).toString("hex") };
}

/** A pattern that matches a text literally. */
export function literalPattern(text: string): string {
  return text
    .replace(/[\\.+*?()|[\]{}^$]/g, (character) => `\\${character}`)
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n");
}
