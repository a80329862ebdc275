import assert from "node:assert/strict";
import { test } from "node:test";
import { toDraft4 } from "../../../cdk/home/event-schemas.ts";
import { EVERYTHING_ON, everyOf, synthesize } from "../synthesize.ts";

test("toDraft4 renames what 2020-12 calls otherwise, and leaves the rest", () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:a",
    properties: { a: { const: "1" }, b: { $ref: "#/$defs/b" }, c: { type: ["string", "null"] } },
    $defs: { b: { enum: ["x", null], minimum: 1 } },
  };
  assert.deepEqual(toDraft4(schema), {
    $schema: "http://json-schema.org/draft-04/schema#",
    id: "urn:a",
    properties: {
      a: { enum: ["1"] },
      b: { $ref: "#/definitions/b" },
      c: { type: ["string", "null"] },
    },
    definitions: { b: { enum: ["x", null], minimum: 1 } },
  });
});

test("schemaRegistry publishes a schema of every event, in words of draft 4", () => {
  const schemas = everyOf(synthesize(EVERYTHING_ON), "AWS::EventSchemas::Schema");
  assert.deepEqual(schemas.map(({ Properties }) => Properties.SchemaName).sort(), [
    "alert-state-change",
    "certificate-changed",
    "fleet-trouble",
    "group-health",
    "heartbeat",
    "quieting",
    "region-advisory",
    "region-impaired",
    "reminder",
    "storm",
    "task-rejected",
  ]);
  for (const { Properties } of schemas) {
    const content = String(Properties.Content);
    assert.doesNotMatch(content, /"(\$defs|\$id|const|exclusiveMinimum|prefixItems)"/);
    // The service takes no more than this.
    assert.ok(content.length <= 100_000);
    for (const [, name] of content.matchAll(/"#\/definitions\/([^"]+)"/g))
      assert.ok(name !== undefined && name in JSON.parse(content).definitions);
  }
});
