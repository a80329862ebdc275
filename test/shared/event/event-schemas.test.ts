import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import { inlineSchemas } from "../../../shared/event/event.ts";
import { RULES } from "../../../shared/health/rules/rules.ts";
import { ERROR_KINDS } from "../../../shared/result/result.ts";
import { readEventSchemas, readSchemaFiles } from "./event-schemas.ts";

type Json = Readonly<Record<string, unknown>>;

const sources = readSchemaFiles();
const files = Object.entries(inlineSchemas(sources)).map(([name, schema]) => ({ name, schema }));

function schemaOf(name: string): Json {
  const file = files.find((each) => each.name === `${name}.schema.json`);
  assert.ok(file !== undefined, `no schema ${name}`);
  return file.schema;
}

function goldenDetail(name: string): Json {
  const file = new URL(`../../golden/events/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).detail;
}

/** Every object of a schema, at any depth. */
function objectsIn(value: unknown): Json[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return "properties" in value ? [value as Json, ...inner] : inner;
}

describe("event schemas", () => {
  it("has one schema for each detail-type, under its title", () => {
    const titles = files.map(({ schema }) => String(schema.title));
    assert.deepEqual(titles.sort(), Object.values(DETAIL_TYPES).sort());
  });

  for (const { name, schema } of files) {
    it(`${name} refuses unknown fields and describes every field`, () => {
      for (const object of objectsIn(schema)) {
        assert.equal(object.additionalProperties, false);
        for (const [field, rule] of Object.entries(object.properties as Json)) {
          const { description, $ref } = rule as Json;
          assert.ok(description !== undefined || $ref !== undefined, field);
        }
      }
    });
  }

  it("knows every error kind", () => {
    const kinds = JSON.stringify([...ERROR_KINDS, null]);
    for (const name of ["alert-state-change", "region-advisory"]) {
      const { properties } = schemaOf(name);
      const { error_kind } = properties as { error_kind: { enum: unknown } };
      assert.equal(JSON.stringify(error_kind.enum), kinds);
    }
  });

  it("knows every rule", () => {
    const rules = ["down", ...RULES.map(({ name }) => name as string), "degraded", "no_data"];
    const { properties } = schemaOf("alert-state-change");
    const { reason } = properties as { reason: { enum: unknown } };
    assert.deepEqual(reason.enum, [...rules, "recovered", "task_removed"]);
    const { vote } = schemaOf("region-advisory").$defs as { vote: Json };
    const { rule } = vote.properties as { rule: { enum: unknown } };
    assert.deepEqual(rule.enum, [...rules, null]);
  });

  const broken: readonly (readonly [string, Json])[] = [
    ["alert-state-change", { note: "extra" }],
    ["alert-state-change", { version: "2" }],
    ["alert-state-change", { state: "ok" }],
    ["alert-state-change", { severity: "CRITICAL" }],
    ["alert-state-change", { target_id: undefined }],
    ["alert-state-change", { sequence: 0 }],
    ["alert-state-change", { votes: [{ region: "a" }] }],
    ["alert-state-change", { error_kind: "tcp" }],
    ["alert-state-change", { suppressed_by: null }],
    ["alert-state-change", { suppressed_by: "nobody" }],
    ["alert-state-change", { notice: "reminder" }],
    ["reminder", { severity: "ok" }],
    ["reminder", { count: 0 }],
    ["storm", { phase: "raised" }],
    ["quieting", { until: "soon" }],
    ["region-advisory", { advisory: "open" }],
    ["region-advisory", { previous_state: "OK" }],
    ["region-advisory", { window: { start: "12:00", end: "12:01" } }],
    ["heartbeat", { task_count: -1 }],
    ["heartbeat", { tasks_by_state: { OK: 1 } }],
  ];
  for (const [name, change] of broken) {
    it(`${name} refuses ${JSON.stringify(change)}`, () => {
      const validate = readEventSchemas().get(String(schemaOf(name).title));
      const detail = goldenDetail(name);
      assert.equal(validate?.(detail), true);
      const { target_id: _, ...rest } = detail;
      const changed = "target_id" in change ? rest : { ...detail, ...change };
      assert.equal(validate?.(changed), false);
    });
  }
});

describe("the files of event schemas", () => {
  it("name each error kind and the rules once", () => {
    const { "task-rejected.schema.json": _, ...ofChecks } = sources;
    const text = JSON.stringify(ofChecks);
    for (const kind of ERROR_KINDS) assert.equal(text.split(`"${kind}"`).length, 2, kind);
    assert.equal(text.split(`"no_success_minutes"`).length, 2);
  });

  it("refer to each other as 2020-12 does, so that a validator that has all of them needs no help", () => {
    const ajv = new Ajv2020({
      strict: true,
      allowUnionTypes: true,
      schemas: Object.values(sources),
    });
    for (const name of ["alert-state-change", "region-advisory", "heartbeat"]) {
      const validate = ajv.getSchema(`urn:synfleet:event:${name}:1`);
      assert.equal(validate?.(goldenDetail(name)), true);
    }
  });
});

describe("inlineSchemas", () => {
  const common = {
    $defs: {
      kind: { enum: ["a", "b"] },
      name: { type: "string" },
      inner: { type: "object", properties: { kind: ref("kind") } },
      outer: { type: "object", properties: { inner: ref("inner") } },
    },
  };

  function ref(name: string) {
    return { $ref: `urn:synfleet:event:common:1#/$defs/${name}` };
  }

  function inlined(schema: Json): Json | undefined {
    return inlineSchemas({ "common.schema.json": common, "a.schema.json": schema })[
      "a.schema.json"
    ];
  }

  it("leaves the shared definitions out of the result", () => {
    const all = inlineSchemas({ "common.schema.json": common, "a.schema.json": { title: "A" } });
    assert.deepEqual(all, { "a.schema.json": { title: "A" } });
  });

  it("puts a shared value in place, beside its own description", () => {
    const schema = { properties: { one: { description: "One.", ...ref("name") } } };
    assert.deepEqual(inlined(schema), {
      properties: { one: { description: "One.", type: "string" } },
    });
  });

  it("joins alternatives that are all enums, and only those", () => {
    const schema = {
      properties: {
        kind: { anyOf: [ref("kind"), { enum: [null] }] },
        other: { anyOf: [ref("kind"), ref("name")] },
      },
    };
    assert.deepEqual(inlined(schema), {
      properties: {
        kind: { enum: ["a", "b", null] },
        other: { anyOf: [{ enum: ["a", "b"] }, { type: "string" }] },
      },
    });
  });

  it("copies the shared objects that a schema uses into its own definitions", () => {
    const schema = { items: ref("outer"), $defs: { own: { type: "object" } } };
    assert.deepEqual(inlined(schema), {
      items: { $ref: "#/$defs/outer" },
      $defs: {
        inner: { type: "object", properties: { kind: { enum: ["a", "b"] } } },
        outer: { type: "object", properties: { inner: { $ref: "#/$defs/inner" } } },
        own: { type: "object" },
      },
    });
  });

  it("keeps a schema's reference to its own definitions", () => {
    const schema = { items: { $ref: "#/$defs/own" }, $defs: { own: { type: "object" } } };
    assert.deepEqual(inlined(schema), schema);
  });

  it("refuses a reference to a shared definition that does not exist", () => {
    assert.throws(() => inlined({ items: ref("nothing") }), {
      message: "Unknown schema reference: urn:synfleet:event:common:1#/$defs/nothing",
    });
  });
});
