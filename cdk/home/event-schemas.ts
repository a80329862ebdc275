import { readdirSync, readFileSync } from "node:fs";
import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet-config.ts";
import { toDraft4 } from "./draft4.ts";

const FOLDER = new URL("../../shared/event/schemas/", import.meta.url);
const SUFFIX = ".schema.json";

/** The events' JSON Schemas in the account's registry, from the files that the tests hold them to. */
export class EventSchemas extends Construct {
  constructor(scope: Construct, id: string, fleet: FleetConfig) {
    super(scope, id);
    const registry = new CfnRegistry(this, "Registry", { registryName: fleet.name });
    const files = readdirSync(FOLDER).filter((name) => name.endsWith(SUFFIX));
    for (const file of files.sort()) {
      const text = readFileSync(new URL(file, FOLDER), "utf8");
      const schema = new CfnSchema(this, file, {
        registryName: fleet.name,
        schemaName: file.slice(0, -SUFFIX.length),
        type: "JSONSchemaDraft4",
        content: JSON.stringify(toDraft4(JSON.parse(text))),
      });
      schema.addResourceDependency(registry);
    }
  }
}
