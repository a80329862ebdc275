import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { inlineSchemas, type JsonSchema } from "../../../shared/event/event.ts";

const folder = new URL("../../../shared/event/schemas/", import.meta.url);

/** The files of `schemas/` as they are, by file name. */
export function readSchemaFiles(): Readonly<Record<string, JsonSchema>> {
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  return Object.fromEntries(readdirSync(folder).map((name) => [name, read(name)]));
}

/** The JSON Schemas of event details, compiled, by detail-type. */
export function readEventSchemas(): ReadonlyMap<string, ValidateFunction> {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  const schemas = Object.values(inlineSchemas(readSchemaFiles()));
  return new Map(schemas.map((schema) => [String(schema.title), ajv.compile(schema)]));
}
