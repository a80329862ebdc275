import { isFields, showKey } from "../../input/input.ts";
import { isSaid } from "./places.ts";

/** A value of a task or a setting as a file writes it, so that nothing of it is taken for a place. */
export function escapePlaces(value: unknown, path = ""): unknown {
  if (isSaid(path)) return value;
  if (typeof value === "string") return value.replaceAll("${", () => "$${");
  if (Array.isArray(value)) return value.map((part, i) => escapePlaces(part, `${path}[${i}]`));
  if (!isFields(value)) return value;
  const prefix = path === "" ? "" : `${path}.`;
  const parts = Object.entries(value);
  return Object.fromEntries(
    parts.map(([key, part]) => [key, escapePlaces(part, prefix + showKey(key))]),
  );
}
