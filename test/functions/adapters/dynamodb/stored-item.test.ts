import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import {
  damaged,
  expiryAttribute,
  expiryOf,
  isExpired,
  readInteger,
  readList,
  readMap,
  readNumber,
  readText,
  storedItem,
} from "../../../../functions/adapters/dynamodb/stored-item.ts";

const VALUES = {
  text: "a",
  empty: "",
  zero: 0,
  fraction: 1.5,
  huge: 2 ** 53,
  nan: Number.NaN,
  list: [],
  map: {},
  null: null,
  flag: true,
  absent: undefined,
};

/** Which of the values each reader takes; it refuses all others. */
const READERS = [
  { read: readText, takes: ["text", "empty"], rule: "must be a text" },
  { read: readNumber, takes: ["zero", "fraction", "huge", "nan"], rule: "must be a number" },
  { read: readInteger, takes: ["zero"], rule: "must be a whole number" },
  { read: readList, takes: ["list"], rule: "must be a list" },
  { read: readMap, takes: ["map"], rule: "must be a map" },
];

describe("a reader of stored items", () => {
  for (const { read, takes, rule } of READERS) {
    for (const [name, value] of Object.entries(VALUES)) {
      const item = storedItem("thing", { field: value });
      if (takes.includes(name))
        it(`${read.name} reads ${name}`, () => assert.deepEqual(read(item, "field"), value));
      else
        it(`${read.name} refuses ${name}`, () => {
          const message = `Stored thing is damaged: field ${rule}`;
          assert.throws(() => read(item, "field"), { message });
        });
    }
  }
});

describe("storedItem", () => {
  it("takes a map", () => {
    assert.deepEqual(storedItem("thing", { a: 1 }), { kind: "thing", fields: { a: 1 } });
  });

  for (const value of [undefined, null, [], "a", 1]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      const message = "Stored thing is damaged: it must be a map";
      assert.throws(() => storedItem("thing", value), { message });
    });
  }
});

describe("damaged", () => {
  it("names the kind of the item and the rule", () => {
    assert.equal(
      damaged({ kind: "lease" }, "x must be y").message,
      "Stored lease is damaged: x must be y",
    );
  });
});

describe("isExpired", () => {
  const item = expiryAttribute(60_000);
  for (const [nowMs, isOver] of [
    [59_999, false],
    [60_000, true],
    [60_001, true],
  ] as const) {
    it(`is ${isOver} ${nowMs - 60_000} ms after the expiry`, () => {
      assert.equal(isExpired(item, nowMs), isOver);
    });
  }

  it("is false for an item without an expiry", () => {
    assert.equal(isExpired({}, Number.POSITIVE_INFINITY), false);
    assert.equal(expiryOf({}), null);
  });

  it("counts whole seconds: a begun one is left out", () => {
    assert.deepEqual(expiryAttribute(60_999), { expires_at: { N: "60" } });
    assert.equal(expiryOf(expiryAttribute(60_999)), 60_000);
  });
});
