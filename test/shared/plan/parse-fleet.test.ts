import { strict as assert } from "node:assert";
import { test } from "node:test";
import { parseFleet } from "../../../shared/plan/parse-fleet.ts";

test("parseFleet reads regions, fills in what they leave out and passes over what it does not know", () => {
  const regions = JSON.stringify([
    { name: "eu-west-1", shards: 3, vpc: true, ipv6: true, memoryMb: 256 },
    { name: "us-east-1" },
  ]);
  assert.deepEqual(parseFleet({ fleet: "prod", home: "eu-central-1", regions }), {
    name: "prod",
    home: "eu-central-1",
    regions: [
      { name: "eu-west-1", shards: 3, vpc: true, ipv6: true },
      { name: "us-east-1", shards: 1, vpc: false, ipv6: false },
    ],
  });
});

const REGION_RULE = "1 to 63 lower-case letters, digits and inner hyphens";
const RULE = "1 to 63 letters, digits, dots, hyphens and underscores";
const LIST = "regions must be a JSON list with at least one region";
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
  [{ home: "eu_1", regions: ONE }, [`home must be ${REGION_RULE}, is "eu_1"`]],
  [{ regions: '[{"name":"a"},{"name":"a"}]' }, ['region "a" is named twice']],
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
