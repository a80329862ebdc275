import { readdirSync, readFileSync } from "node:fs";
import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import { Construct } from "constructs";
import type { FleetConfig } from "./fleet-config.ts";

const FOLDER = new URL("../shared/events/", import.meta.url);

/** The events' JSON Schemas in the account's registry, from the files that the tests hold them to. */
export class EventSchemas extends Construct {
  constructor(scope: Construct, id: string, fleet: FleetConfig) {
    super(scope, id);
    const registry = new CfnRegistry(this, "Registry", { registryName: fleet.name });
    for (const file of readdirSync(FOLDER)
      .filter((name) => name.endsWith(".schema.json"))
      .sort()) {
      const schema = new CfnSchema(this, file, {
        registryName: fleet.name,
        schemaName: file.replace(".schema.json", ""),
        type: "JSONSchemaDraft4",
        content: readFileSync(new URL(file, FOLDER), "utf8"),
      });
      schema.addDependency(registry);
    }
  }
}
