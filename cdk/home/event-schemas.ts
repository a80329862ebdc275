import { readdirSync, readFileSync } from "node:fs";
import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import { Construct } from "constructs";
import { inlineSchemas, type JsonSchema } from "../../shared/event/event.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import { toDraft4 } from "./draft4.ts";

const FOLDER = new URL("../../shared/event/schemas/", import.meta.url);
const SUFFIX = ".schema.json";

/** The events' JSON Schemas in the account's registry, from the files that the tests hold them to. */
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
