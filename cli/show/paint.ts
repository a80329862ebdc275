import { paint as paintText } from "../../terminal/paint.ts";
import type { Io } from "../command/io.ts";

/** Paints a text green or red if the command's output has colours. */
export function paint(io: Io, tone: "good" | "bad", text: string): string {
  return paintText(text, tone === "good" ? "green" : "red", io.colours);
}
