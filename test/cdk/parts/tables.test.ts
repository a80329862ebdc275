import assert from "node:assert/strict";
import { test } from "node:test";
import { tablesOf } from "../../../local/aws/create-tables.ts";
import { NUMBER_KEYS, TABLE_KEYS, TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import {
  EVERYTHING_ON,
  everyOf,
  type Resource,
  SMALL_FLEET,
  type Synthesized,
  synthesize,
} from "../synthesize.ts";

const small = synthesize(SMALL_FLEET);
const tables = new Map(
  everyOf(small, "AWS::DynamoDB::Table").map((table) => [table.Properties.TableName, table]),
);
const ofContract = tablesOf({
  name: "synfleet",
  home: "eu-west-1",
  regions: ["eu-west-1", "us-east-1"].map((name) => ({ name, shards: 1, vpc: false, ipv6: false })),
});

function tableNamed(name: string): Resource {
  const table = tables.get(name);
  assert.ok(table, `${name} is not deployed`);
  return table;
}

test("the deployed tables are the ones that the contract names, and no others", () => {
  const names = ofContract.map(({ name }) => name);
  assert.deepEqual([...tables.keys()].sort(), names.sort());
});

for (const { name, table } of ofContract)
  test(`${name} has the keys of the contract`, () => {
    const { KeySchema, AttributeDefinitions, BillingMode } = tableNamed(name).Properties;
    const keys = TABLE_KEYS[table];
    assert.deepEqual(
      KeySchema,
      keys.map((key, i) => ({ AttributeName: key, KeyType: i === 0 ? "HASH" : "RANGE" })),
    );
    assert.deepEqual(
      AttributeDefinitions,
      keys.map((key) => ({
        AttributeName: key,
        AttributeType: NUMBER_KEYS.includes(key) ? "N" : "S",
      })),
    );
    assert.equal(BillingMode, "PAY_PER_REQUEST");
  });

test("a large fleet's steady tables are provisioned and scaled, and a small one's are not", () => {
  const typed = (made: Synthesized, type: string) => everyOf(made, `AWS::${type}`);
  for (const none of ["ScalableTarget", "ScalingPolicy"])
    assert.deepEqual(typed(small, `ApplicationAutoScaling::${none}`), []);
  const large = synthesize({
    regions: ["eu-west-1", "us-east-1"],
    ...{ expectedTasks: 50_000, expectedScheduleSeconds: 15, locations: ["office"] },
  });
  const provisioned = typed(large, "DynamoDB::Table").filter(
    ({ Properties }) => Properties.BillingMode === "PROVISIONED",
  );
  assert.deepEqual(provisioned.map(({ Properties }) => Properties.TableName).sort(), [
    "synfleet-results-eu-west-1",
    "synfleet-results-us-east-1",
    "synfleet-summaries",
  ]);
  const capacities = provisioned.flatMap(({ Properties }) => {
    const units = Properties.ProvisionedThroughput as Record<string, number>;
    return [units.ReadCapacityUnits, units.WriteCapacityUnits];
  });
  const targets = typed(large, "ApplicationAutoScaling::ScalableTarget");
  assert.deepEqual(
    targets.map(({ Properties }) => Properties.MinCapacity).sort(),
    capacities.sort(),
  );
  for (const { Properties } of targets)
    assert.ok(Number(Properties.MaxCapacity) >= 10 * Number(Properties.MinCapacity));
  const policies = typed(large, "ApplicationAutoScaling::ScalingPolicy");
  assert.equal(policies.length, targets.length);
  for (const { Properties } of policies) {
    const { TargetValue } = Properties.TargetTrackingScalingPolicyConfiguration as Record<
      string,
      number
    >;
    assert.equal(TargetValue, 85);
  }
});

test("every table, log and bus outlives its stack, but not a first deploy that fails", () => {
  const others = ["AWS::Events::EventBus", "AWS::Logs::LogGroup"];
  const kept = [...tables.values(), ...others.flatMap((type) => everyOf(small, type))];
  assert.equal(kept.length, ofContract.length + 1 + 4);
  for (const { DeletionPolicy, UpdateReplacePolicy } of kept) {
    assert.equal(DeletionPolicy, "RetainExceptOnCreate");
    assert.equal(UpdateReplacePolicy, "Retain");
  }
});

test("nothing that a failed first deploy leaves behind has a name that the next one needs", () => {
  for (const { templates } of [small, synthesize(EVERYTHING_ON)])
    for (const { Resources } of Object.values(templates))
      for (const { DeletionPolicy, Properties } of Object.values(Resources))
        if (DeletionPolicy === "Retain") assert.deepEqual(namesOf(Properties), []);
});

function namesOf(properties: Resource["Properties"] | undefined): string[] {
  return Object.keys(properties ?? {}).filter((field) => /Name$/.test(field));
}

test("what the user writes can be restored to any second, and is protected once the fleet asks for it", () => {
  const guarded = synthesize({ ...SMALL_FLEET, options: { terminationProtection: true } });
  const protectedNames = everyOf(guarded, "AWS::DynamoDB::Table")
    .filter(({ Properties }) => Properties.DeletionProtectionEnabled === true)
    .map(({ Properties }) => Properties.TableName);
  assert.deepEqual(protectedNames, ["synfleet-tasks", "synfleet-settings"]);
  for (const name of ["synfleet-tasks", "synfleet-settings"]) {
    const { Properties } = tableNamed(name);
    assert.deepEqual(Properties.PointInTimeRecoverySpecification, {
      PointInTimeRecoveryEnabled: true,
    });
  }
  // A rollback of the first deploy could not delete it.
  for (const { Properties } of tables.values())
    assert.notEqual(Properties.DeletionProtectionEnabled, true);
  const { Properties } = tableNamed("synfleet-tasks");
  assert.equal(Properties.TimeToLiveSpecification, undefined);
});

test("every table but the user's tasks lets its items expire", () => {
  for (const { name } of ofContract.filter(({ table }) => table !== "tasks"))
    assert.deepEqual(tableNamed(name).Properties.TimeToLiveSpecification, {
      AttributeName: TTL_ATTRIBUTE,
      Enabled: true,
    });
});

test("customerManagedKey encrypts every table under its stack's own rotating key", () => {
  const encrypted = synthesize(EVERYTHING_ON);
  for (const { Properties } of everyOf(encrypted, "AWS::DynamoDB::Table")) {
    const { SSEType, KMSMasterKeyId } = Properties.SSESpecification as Record<string, unknown>;
    assert.equal(SSEType, "KMS");
    assert.ok(KMSMasterKeyId);
  }
  const keys = everyOf(encrypted, "AWS::KMS::Key");
  assert.equal(keys.length, 3);
  for (const { Properties, DeletionPolicy } of keys) {
    assert.equal(Properties.EnableKeyRotation, true);
    assert.equal(DeletionPolicy, "RetainExceptOnCreate");
  }
});
