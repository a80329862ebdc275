/** What JSON Schema 2020-12 calls otherwise than draft 4. */
const RENAMED: Readonly<Record<string, string>> = { $id: "id", $defs: "definitions" };

/**
 * A JSON Schema of ours in the words of draft 4, the only one that EventBridge's registry takes.
 * Source: EventBridge Schemas API reference, CreateSchema.
 */
export function toDraft4(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toDraft4);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(translate));
}

function translate([key, value]: [string, unknown]): [string, unknown] {
  if (key === "$schema") return [key, "http://json-schema.org/draft-04/schema#"];
  if (key === "$ref") return [key, String(value).replace("#/$defs/", "#/definitions/")];
  if (key === "const") return ["enum", [value]];
  return [RENAMED[key] ?? key, toDraft4(value)];
}
