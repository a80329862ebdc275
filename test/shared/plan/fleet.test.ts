import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { knownRegions, parseFleet, shardOf, staggerOf } from "../../../shared/plan/fleet.ts";

test("parseFleet reads regions, fills in what they leave out and ignores what it does not know", () => {
  const regions = JSON.stringify([
    { name: "eu-west-1", shards: 3, vpc: true, ipv6: true, memoryMb: 256, bursts: true, later: 1 },
    { name: "us-east-1", allowedCidrs: [], bursts: "yes" },
    { name: "us-west-2", allowedCidrs: ["10.0.0.0/8", "fd12::/48"] },
  ]);
  assert.deepEqual(parseFleet({ fleet: "prod", home: "eu-central-1", regions }), {
    name: "prod",
    home: "eu-central-1",
    regions: [
      { name: "eu-west-1", shards: 3, vpc: true, ipv6: true, memoryMb: 256, bursts: true },
      { name: "us-east-1", shards: 1, vpc: false, ipv6: false, allowedCidrs: [] },
      {
        ...{ name: "us-west-2", shards: 1, vpc: false, ipv6: false },
        allowedCidrs: ["10.0.0.0/8", "fd12::/48"],
      },
    ],
  });
});

test("parseFleet gives every region the secrets that are listed, and none where all may be read", () => {
  const regions = JSON.stringify([{ name: "a" }, { name: "b", secrets: ["ssm:own"] }]);
  const secretsOf = (secrets?: string) =>
    parseFleet({
      ...{ fleet: "f", home: "a", regions },
      ...(secrets !== undefined && { secrets }),
    }).regions.map((region) => region.secrets);
  assert.deepEqual(secretsOf("ssm:x,ssm:y"), [
    ["ssm:x", "ssm:y"],
    ["ssm:x", "ssm:y"],
  ]);
  assert.deepEqual(secretsOf(""), [[], []]);
  assert.deepEqual(secretsOf("any"), [undefined, ["ssm:own"]]);
  assert.deepEqual(secretsOf(), [undefined, ["ssm:own"]]);
});

const REGION_RULE = "1 to 63 lower-case letters, digits and inner hyphens";
const RULE = "1 to 63 letters, digits, dots, hyphens and underscores";
const LIST = "regions must be a JSON list with at least one region";
const LONG_63 = "x".repeat(63);
const LONG_64 = "x".repeat(64);
const ONE = '[{"name":"a"}]';

for (const [texts, problems] of [
  [{ regions: "nonsense" }, [LIST]],
  [{ regions: "{}" }, [LIST]],
  [{ regions: "[]" }, [LIST]],
  [{ regions: "[7]" }, [`regions[0].name must be ${REGION_RULE}, is missing`]],
  [{ regions: '[{"name":"a_b"}]' }, [`regions[0].name must be ${REGION_RULE}, is "a_b"`]],
  [{ regions: '[{"name":"a.b"}]' }, [`regions[0].name must be ${REGION_RULE}, is "a.b"`]],
  [{ regions: '[{"name":"a-"}]' }, [`regions[0].name must be ${REGION_RULE}, is "a-"`]],
  [{ regions: '[{"name":"A"}]' }, [`regions[0].name must be ${REGION_RULE}, is "A"`]],
  [{ regions: "null" }, [LIST]],
  [{ regions: "[null]" }, [`regions[0].name must be ${REGION_RULE}, is missing`]],
  [{ regions: '["a"]' }, [`regions[0].name must be ${REGION_RULE}, is missing`]],
  [
    { regions: '[{"name":7},{"name":7}]' },
    [
      `regions[0].name must be ${REGION_RULE}, is 7`,
      `regions[1].name must be ${REGION_RULE}, is 7`,
    ],
  ],
  [
    { regions: '[{"name":"a"},{"name":"b"},{"name":"a"},{"name":"b"},{"name":"a"}]' },
    ['region "a" is named twice', 'region "b" is named twice'],
  ],
  [{ regions: '[{"name":"a","shards":0}]' }, ["regions[0].shards must be 1 to 100, is 0"]],
  [{ regions: '[{"name":"a","shards":101}]' }, ["regions[0].shards must be 1 to 100, is 101"]],
  [{ regions: '[{"name":"a","shards":1.5}]' }, ["regions[0].shards must be 1 to 100, is 1.5"]],
  [{ regions: '[{"name":"a","shards":"2"}]' }, ['regions[0].shards must be 1 to 100, is "2"']],
  [{ fleet: "a/b", regions: "[]" }, [`fleet must be ${RULE}, is "a/b"`, LIST]],
  [
    { home: "A", regions: '[{"name":"a"},{"name":"a","shards":0}]' },
    [
      `home must be ${REGION_RULE}, is "A"`,
      "regions[1].shards must be 1 to 100, is 0",
      'region "a" is named twice',
    ],
  ],
  [{ fleet: "", regions: ONE }, [`fleet must be ${RULE}, is ""`]],
  [{ fleet: LONG_64, regions: ONE }, [`fleet must be ${RULE}, is "${LONG_64}"`]],
  [{ home: LONG_64, regions: ONE }, [`home must be ${REGION_RULE}, is "${LONG_64}"`]],
  [{ home: "eu_1", regions: ONE }, [`home must be ${REGION_RULE}, is "eu_1"`]],
  [{ regions: '[{"name":"a"},{"name":"a"}]' }, ['region "a" is named twice']],
  [
    { regions: '[{"name":"a","allowedCidrs":"10.0.0.0/8"}]' },
    ['regions[0].allowedCidrs must be a list of CIDRs, is "10.0.0.0/8"'],
  ],
  [
    { regions: '[{"name":"a","allowedCidrs":["10.0.0.0"]}]' },
    ['regions[0].allowedCidrs must be a list of CIDRs, is ["10.0.0.0"]'],
  ],
  [
    { regions: '[{"name":"a","memoryMb":"auto"},{"name":"b","memoryMb":0}]' },
    [
      'regions[0].memoryMb must be a number of MB, is "auto"',
      "regions[1].memoryMb must be a number of MB, is 0",
    ],
  ],
  [
    { regions: '[{"name":"a b","shards":0,"vpc":"yes","ipv6":1}]' },
    [
      `regions[0].name must be ${REGION_RULE}, is "a b"`,
      "regions[0].shards must be 1 to 100, is 0",
      'regions[0].vpc must be true or false, is "yes"',
      "regions[0].ipv6 must be true or false, is 1",
    ],
  ],
  [
    { fleet: "a/b", home: "", regions: ONE },
    [`fleet must be ${RULE}, is "a/b"`, `home must be ${REGION_RULE}, is ""`],
  ],
] as const) {
  test(`parseFleet refuses ${JSON.stringify(texts)} with every problem at once`, () => {
    assert.throws(() => parseFleet({ fleet: "f", home: "a", ...texts }), {
      message: `The fleet can't be read: ${problems.join("; ")}`,
    });
  });
}

test("parseFleet takes the longest names, and one shard as well as a hundred", () => {
  const regions = JSON.stringify([
    { name: LONG_63, shards: 1 },
    { name: "b", shards: 100 },
  ]);
  const { name, home, regions: parsed } = parseFleet({ fleet: LONG_63, home: LONG_63, regions });
  assert.deepEqual([name, home, parsed[0]?.name], [LONG_63, LONG_63, LONG_63]);
  assert.deepEqual(
    parsed.map(({ shards }) => shards),
    [1, 100],
  );
});

const name = fc.string({ minLength: 1, maxLength: 200 });
const shardCount = fc.integer({ min: 1, max: 64 });

test("shardOf gives a shard that there is", () => {
  fc.assert(
    fc.property(name, shardCount, (taskName, count) => {
      const shard = shardOf(taskName, count);
      assert.ok(Number.isInteger(shard) && shard >= 0 && shard < count);
    }),
  );
});

test("shardOf moves a task to the added shard or not at all", () => {
  fc.assert(
    fc.property(name, shardCount, (taskName, count) => {
      const before = shardOf(taskName, count);
      const after = shardOf(taskName, count + 1);
      assert.ok(after === before || after === count);
    }),
  );
});

const NAMINGS: readonly ((i: number) => string)[] = [
  (i) => `task-${i}`,
  (i) => `db-${i % 10}.eu-${Math.floor(i / 10)}.example.com:5432`,
  (i) => i.toString(36).padStart(6, "0"),
];

for (const [i, naming] of NAMINGS.entries()) {
  test(`shardOf spreads near names evenly and moves 1/(n+1) of them, naming ${i}`, () => {
    const names = Array.from({ length: 12_000 }, (_, n) => naming(n));
    for (const count of [1, 2, 5, 10]) {
      const sizes = Array.from({ length: count }, () => 0);
      for (const one of names) {
        const shard = shardOf(one, count);
        sizes[shard] = (sizes[shard] ?? 0) + 1;
      }
      const share = names.length / count;
      assert.ok(
        sizes.every((size) => Math.abs(size - share) < 0.15 * share),
        `${sizes}`,
      );
      const moved = names.filter((one) => shardOf(one, count) !== shardOf(one, count + 1)).length;
      const fairShare = names.length / (count + 1);
      assert.ok(Math.abs(moved - fairShare) < 0.15 * fairShare, `${moved} of ${fairShare}`);
    }
  });
}

const PINNED_SHARDS = [5, 3, 1, 1];

test("shardOf keeps every task where it was: changing this moves the tasks of every fleet", () => {
  const shards = ["web", "db", "a", "service-42.example"].map((one) => shardOf(one, 8));
  assert.deepEqual(shards, PINNED_SHARDS);
});

for (const [regions, region, expected] of [
  [["eu-west-1"], "eu-west-1", 0],
  [["us-east-1", "eu-west-1"], "eu-west-1", 0],
  [["us-east-1", "eu-west-1"], "us-east-1", 500],
  [["c", "a", "b"], "c", 666],
  [["c", "a", "b", "a"], "b", 333],
] as const) {
  test(`staggerOf gives ${region} of ${regions.join(", ")} the turn ${expected}`, () => {
    assert.equal(staggerOf(regions, region), expected);
  });
}

test("staggerOf refuses a region that is not among the regions", () => {
  assert.throws(() => staggerOf(["a", "b"], "c"), /Region "c" is not one of a, b/);
});

test("parseFleet keeps retired regions apart, of which a task may still speak", () => {
  const fleetOf = (...regions: object[]) =>
    parseFleet({ fleet: "f", home: "a", regions: JSON.stringify(regions) });
  const fleet = fleetOf({ name: "a" }, { name: "b", retired: true });
  assert.deepEqual([fleet.regions.map(({ name }) => name), fleet.retired], [["a"], ["b"]]);
  assert.deepEqual(knownRegions(fleet), ["a", "b"]);
  assert.throws(() => fleetOf({ name: "b", retired: true }), /at least one region/);
  assert.throws(() => fleetOf({ name: "a" }, { name: "a", retired: true }), /"a" is named twice/);
});
