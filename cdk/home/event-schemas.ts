import { readdirSync, readFileSync } from "node:fs";
import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import { Construct } from "constructs";
import { inlineSchemas, type JsonSchema } from "../../shared/event/event.ts";
import type { FleetConfig } from "../config/fleet-config.ts";

/** What JSON Schema 2020-12 renamed since draft 4. */
const RENAMED: Readonly<Record<string, string>> = { $id: "id", $defs: "definitions" };

const FOLDER = new URL("../../shared/event/schemas/", import.meta.url);
const SUFFIX = ".schema.json";

/** Publishes the events' JSON Schemas in the account's schema registry. */
export class EventSchemas extends Construct {
  constructor(scope: Construct, id: string, fleet: FleetConfig) {
    super(scope, id);
    const registry = new CfnRegistry(this, "Registry", { registryName: fleet.name });
    for (const [file, content] of Object.entries(readSchemas())) {
      const schema = new CfnSchema(this, file, {
        registryName: fleet.name,
        schemaName: file.slice(0, -SUFFIX.length),
        type: "JSONSchemaDraft4",
        content: JSON.stringify(toDraft4(content)),
      });
      schema.addResourceDependency(registry);
    }
  }
}

function readSchemas(): Readonly<Record<string, JsonSchema>> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(SUFFIX));
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
  return inlineSchemas(Object.fromEntries(names.sort().map((name) => [name, read(name)])));
}

/**
 * Translates a JSON Schema from draft 2020-12 to draft 4, the only JSON Schema that EventBridge's
 * registry accepts. Source: EventBridge Schemas API reference, CreateSchema.
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
