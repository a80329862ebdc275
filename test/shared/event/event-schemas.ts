import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const folder = new URL("../../../shared/event/schemas/", import.meta.url);

/** The JSON Schemas of event details, compiled, by detail-type. */
export function readEventSchemas(): ReadonlyMap<string, ValidateFunction> {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  const schemas = readdirSync(folder)
    .filter((name) => name.endsWith(".schema.json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")));
  return new Map(schemas.map((schema) => [String(schema.title), ajv.compile(schema)]));
}
