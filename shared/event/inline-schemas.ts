/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The file that holds what several schemas share, and the name by which they refer to it. */
const COMMON_FILE = "common.schema.json";
const COMMON_REF = "urn:synfleet:event:common:1#/$defs/";

/** The shared definitions, and those objects of them that a schema uses, by their names. */
interface Inlining {
  readonly shared: JsonSchema;
  readonly used: Record<string, unknown>;
}

/**
 * The events' schemas by file name, each complete in itself: a shared object stands in its `$defs`,
 * a shared value in place. The arguments are the parsed files of `schemas/` by file name.
 */
export function inlineSchemas(
  files: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> {
  const shared = files[COMMON_FILE]?.$defs as JsonSchema;
  const events = Object.entries(files).filter(([name]) => name !== COMMON_FILE);
  return Object.fromEntries(events.map(([name, schema]) => [name, inlineSchema(schema, shared)]));
}

function inlineSchema(schema: JsonSchema, shared: JsonSchema): JsonSchema {
  const inlining: Inlining = { shared, used: {} };
  const { $defs: own, ...body } = inlineObject(schema, inlining);
  const $defs = { ...inlining.used, ...Object(own) };
  return Object.keys($defs).length === 0 ? body : { ...body, $defs };
}

function inlineIn(value: unknown, inlining: Inlining): unknown {
  if (Array.isArray(value)) return value.map((each) => inlineIn(each, inlining));
  if (typeof value !== "object" || value === null) return value;
  return inlineObject(value as JsonSchema, inlining);
}

function inlineObject(schema: JsonSchema, inlining: Inlining): JsonSchema {
  const entries = Object.entries(schema).flatMap(([key, value]) => {
    if (key === "$ref") return Object.entries(inlineRef(String(value), inlining));
    const inner = inlineIn(value, inlining);
    return key === "anyOf" ? Object.entries(joinEnums(inner as JsonSchema[])) : [[key, inner]];
  });
  return Object.fromEntries(entries);
}

function inlineRef($ref: string, inlining: Inlining): JsonSchema {
  if (!$ref.startsWith(COMMON_REF)) return { $ref };
  const name = $ref.slice(COMMON_REF.length);
  const shared = inlining.shared[name] as JsonSchema | undefined;
  if (shared === undefined) throw new Error(`Unknown schema reference: ${$ref}`);
  const inlined = inlineObject(shared, inlining);
  if (inlined.type !== "object") return inlined;
  inlining.used[name] = inlined;
  return { $ref: `#/$defs/${name}` };
}

/** Alternatives that are all enums become one enum, of which code generators make one type. */
function joinEnums(anyOf: readonly JsonSchema[]): JsonSchema {
  const enums = anyOf.map((each) => each.enum);
  return enums.every(Array.isArray) ? { enum: enums.flat() } : { anyOf };
}
