import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import { ERROR_KINDS } from "../../../shared/result/result.ts";
import { readEventSchemas } from "./event-schemas.ts";

type Json = Readonly<Record<string, unknown>>;

const folder = new URL("../../../shared/event/schemas/", import.meta.url);
const files = readdirSync(folder).map((name) => ({
  name,
  schema: JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Json,
}));

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

  const broken: readonly (readonly [string, Json])[] = [
    ["alert-state-change", { note: "extra" }],
    ["alert-state-change", { version: "2" }],
    ["alert-state-change", { state: "ok" }],
    ["alert-state-change", { severity: "CRITICAL" }],
    ["alert-state-change", { target_id: undefined }],
    ["alert-state-change", { sequence: 0 }],
    ["alert-state-change", { votes: [{ region: "a" }] }],
    ["alert-state-change", { error_kind: "tcp" }],
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
