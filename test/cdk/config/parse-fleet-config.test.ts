import assert from "node:assert/strict";
import { test } from "node:test";
import { hasBursts } from "../../../cdk/config/bursts.ts";
import { placeFacts } from "../../../cdk/config/fleet-facts.ts";
import { FleetConfigError, parseFleetConfig } from "../../../cdk/config/parse-fleet-config.ts";

const VPC = {
  subnetIds: ["subnet-0123456789abcdef0"],
  securityGroupIds: ["sg-0123456789abcdef0"],
};

function problemsOf(raw: unknown): readonly string[] {
  try {
    parseFleetConfig(raw);
  } catch (error) {
    if (error instanceof FleetConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("parseFleetConfig fills in every default from one region's name", () => {
  const config = parseFleetConfig({ regions: ["eu-west-1"] });
  assert.equal(config.name, "synfleet");
  assert.equal(config.home, "eu-west-1");
  assert.deepEqual(config.regions, [{ name: "eu-west-1", shards: 1, memoryMb: 128, vpc: null }]);
  assert.deepEqual(config.options, {
    terminationProtection: false,
    hints: true,
    eventArchive: false,
    schemaRegistry: false,
    customerManagedKey: false,
    reservedConcurrency: false,
  });
});

const SIZES: readonly (readonly [
  fields: object,
  region: object,
  shards: number,
  memoryMb: number,
])[] = [
  [{}, { shards: "auto", memoryMb: "auto" }, 1, 128],
  [{}, { memoryMb: 512 }, 1, 512],
  [{ expectedTasks: 1_000, expectedScheduleSeconds: 30 }, {}, 1, 128],
  [{ expectedTasks: 3_000 }, {}, 1, 136],
  [{ expectedTasks: 3_000 }, { memoryMb: 128 }, 2, 128],
  [{ expectedTasks: 10_000, expectedScheduleSeconds: 15 }, {}, 2, 128],
  [{ expectedTasks: 10_000, expectedScheduleSeconds: 12 }, { shards: 2 }, 2, 160],
  [{ expectedTasks: 100_000 }, {}, 21, 208],
];

for (const [fields, own, shards, memoryMb] of SIZES)
  test(`parseFleetConfig gives ${JSON.stringify([fields, own])} ${shards} shards of ${memoryMb} MB`, () => {
    const region = { name: "eu-west-1", ...own };
    const [sized] = parseFleetConfig({ regions: [region], ...fields }).regions;
    assert.deepEqual(sized, { name: "eu-west-1", shards, memoryMb, vpc: null });
  });

test("parseFleetConfig takes a region in a VPC with its private ranges", () => {
  const vpc = { ...VPC, allowedPrivateCidrs: ["10.0.0.0/16", "fd00::/8"], ipv6: true };
  const config = parseFleetConfig({
    regions: [{ name: "eu-west-1", shards: 2, memoryMb: 512, vpc }],
  });
  assert.deepEqual(config.regions[0], { name: "eu-west-1", shards: 2, memoryMb: 512, vpc });
});

test("a region has a queue between bursts where it pays for the expected tasks, or as the fleet says", () => {
  const queuesOf = (fields: object, region: object = {}) => {
    const config = parseFleetConfig({ regions: [{ name: "eu-west-1", ...region }], ...fields });
    const [facts] = placeFacts(config);
    assert.equal(facts?.bursts === true, hasBursts(config, config.regions[0] ?? assert.fail()));
    return facts?.bursts ?? false;
  };
  const halves = { expectedTasks: 1_000, expectedScheduleSeconds: 30 };
  for (const [fields, region, expected] of [
    [{}, {}, false],
    [{ expectedTasks: 1_000 }, {}, false],
    [halves, {}, true],
    [{ ...halves, bursts: "auto" }, { memoryMb: 128 }, true],
    [{ ...halves, expectedTasks: 1 }, { memoryMb: 128 }, true],
    [{ ...halves, expectedScheduleSeconds: 5 }, {}, false],
    [{ ...halves, bursts: false }, {}, false],
    [{ bursts: true }, {}, true],
    [halves, { vpc: VPC }, false],
    [{ ...halves, bursts: true }, { vpc: VPC }, true],
    [halves, { shards: 5 }, true],
    [halves, { shards: 6 }, false],
  ] as const)
    assert.equal(queuesOf(fields, region), expected, JSON.stringify([fields, region]));
});

test("parseFleetConfig has probes ask Amazon's time server unless another is named, or none", () => {
  const serverOf = (fields: object) =>
    parseFleetConfig({ regions: ["eu-west-1"], ...fields }).clockServer;
  assert.equal(serverOf({}), "time.aws.com");
  assert.equal(serverOf({ clockServer: "time.example.com:1123" }), "time.example.com:1123");
  assert.equal(serverOf({ clockServer: "off" }), null);
  assert.equal(parseFleetConfig({ regions: ["eu-west-1"] }).clockThresholdMs, 1_000);
  const own = parseFleetConfig({ regions: ["eu-west-1"], clockThresholdMs: 250 });
  assert.equal(own.clockThresholdMs, 250);
});

test("parseFleetConfig gives a fleet a public status page if it is asked to", () => {
  const pageOf = (statusPage: unknown) =>
    parseFleetConfig({ regions: ["eu-west-1"], statusPage }).statusPage;
  const page = { title: "Status", days: 90, showHosts: false, tag: null, domain: null };
  assert.deepEqual(pageOf(undefined), null);
  assert.deepEqual(pageOf(false), null);
  assert.deepEqual(pageOf(true), page);
  const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/0123-abcd";
  const own = { title: "Ours", tag: "public", domainName: "status.example.com", certificateArn };
  assert.deepEqual(pageOf(own), {
    ...{ ...page, title: "Ours", tag: "public" },
    domain: { name: "status.example.com", certificateArn },
  });
});

const OPENS_OTHERS =
  "private addresses only, and this opens others too: name the ranges that you use, such as 10.0.0.0/16";
const NEVER_OPEN =
  "a range that probes may open, which link-local, metadata and multicast addresses never are";

const WRONG: readonly (readonly [raw: unknown, ...problems: string[]])[] = [
  [
    undefined,
    "fleet must be an object, is missing",
    "fleet.regions must be a list of at least one region, is missing",
  ],
  [
    { regions: ["eu-west-1"], bursts: "yes" },
    'fleet.bursts must be "auto", true or false, is "yes"',
  ],
  [
    { regions: ["eu-west-1"], summaryClass: "STANDARD" },
    'fleet.summaryClass must be "auto", "standard" or "infrequent", is "STANDARD"',
  ],
  [
    { regions: ["eu-west-1"], capacityMode: "PROVISIONED" },
    'fleet.capacityMode must be "auto", "on-demand" or "provisioned", is "PROVISIONED"',
  ],
  [{ regions: [] }, "fleet.regions must be a list of at least one region, is []"],
  [
    { regions: ["mars-north-1"] },
    'fleet.regions[0].name must be the name of an AWS region, such as eu-west-1, is "mars-north-1"',
  ],
  [
    { home: "moon", regions: ["eu-west-1"] },
    'fleet.home must be the name of an AWS region, such as eu-west-1, is "moon"',
  ],
  [
    {
      regions: ["eu-west-1"],
      statusPage: { days: 91, host: true, domainName: "status.example.com" },
    },
    "fleet.statusPage.host is not a known field (known: title, days, showHosts, tag, domainName, certificateArn)",
    "fleet.statusPage.days must be a whole number from 1 to 90, is 91",
    "fleet.statusPage.certificateArn must be given with domainName, is missing",
  ],
  [{ regions: ["eu-west-1", "eu-west-1"] }, "fleet.regions[1] names eu-west-1 a second time"],
  [
    { regions: [{ name: "eu-west-1", shards: 0 }] },
    'fleet.regions[0].shards must be "auto" or a whole number from 1 to 100, is 0',
  ],
  [
    { regions: [{ name: "eu-west-1", allowedPrivateCidrs: ["10.0.0.0/8"] }] },
    "fleet.regions[0].allowedPrivateCidrs needs a vpc: move it into fleet.regions[0].vpc",
  ],
  [
    { regions: [{ name: "eu-west-1", vpc: { ...VPC, allowedPrivateCidrs: ["10.0.0.0/33"] } }] },
    'fleet.regions[0].vpc.allowedPrivateCidrs[0] must be a CIDR such as 10.0.0.0/16 or fd00::/8, is "10.0.0.0/33"',
  ],
  ...(
    [
      ["0.0.0.0/0", OPENS_OTHERS],
      ["::/0", OPENS_OTHERS],
      ["172.16.0.0/11", OPENS_OTHERS],
      ["8.8.8.0/24", "private addresses: tasks may name public ones anyway"],
      ["127.0.0.0/8", "another range than loopback, which is the probe's own machine"],
      ["::1/128", "another range than loopback, which is the probe's own machine"],
      ["169.254.169.254/32", NEVER_OPEN],
      ["fd00:ec2::/32", NEVER_OPEN],
      ["::ffff:10.0.0.0/104", NEVER_OPEN],
    ] as const
  ).map(
    ([cidr, rule]) =>
      [
        { regions: [{ name: "eu-west-1", vpc: { ...VPC, allowedPrivateCidrs: [cidr] } }] },
        `fleet.regions[0].vpc.allowedPrivateCidrs must be ${rule}, is "${cidr}"`,
      ] as const,
  ),
  [
    { regions: [{ name: "eu-west-1", retired: true }] },
    "fleet.regions must have one that is not retired; to end the fleet, destroy its stacks",
  ],
  [
    { regions: ["us-east-1", "eu-central-1"] },
    "fleet.home must be named: it is the region of tasks, summaries and alerts, and its default eu-west-1 is not one of fleet.regions; take one of them, such as us-east-1",
  ],
  [
    { regions: [{ name: "eu-west-1", memoryMb: "most" }] },
    'fleet.regions[0].memoryMb must be "auto" or a whole number from 128 to 10240, is "most"',
  ],
  [
    { regions: [{ name: "eu-west-1", shards: 1, memoryMb: 512 }], expectedTasks: 12_000 },
    'fleet.regions[0].shards must be at least 3, or "auto", for 12000 tasks every 60 s (a shard of 512 MB is made for 5000 tasks, 480 connects and 596 starts a second), is 1',
  ],
  [
    {
      regions: ["us-east-1", { name: "eu-west-1", shards: 1, memoryMb: 128 }],
      expectedTasks: 1_100,
      expectedScheduleSeconds: 3,
    },
    'fleet.regions[1].shards must be at least 2, or "auto", for 1100 tasks every 3 s (a shard of 128 MB is made for 5000 tasks, 480 connects and 335 starts a second), is 1',
  ],
  [
    { regions: ["eu-west-1"], alertEmail: "nobody" },
    'fleet.alertEmail must be an e-mail address, is "nobody"',
  ],
  [
    { regions: ["eu-west-1", "cn-north-1"] },
    "fleet.regions[1].name must be a region of home's partition (aws), is cn-north-1",
  ],
  [
    {
      regions: [{ name: "us-east-1", retired: true }, "eu-west-1", "cn-north-1"],
      expectedTasks: 100_000,
      expectedScheduleSeconds: 1,
    },
    "fleet.regions[2].name must be a region of home's partition (aws), is cn-north-1",
    ...[1, 2].map(
      (i) =>
        `fleet.regions[${i}] can't have the 227 shards that 100000 tasks every 1 s need, but 100 at most: raise fleet.expectedScheduleSeconds, or divide the tasks among fleets`,
    ),
  ],
  [
    { regions: ["eu-west-1"], alertDefaults: [] },
    "fleet.alertDefaults must be a table of fields, is []",
  ],
  [
    { regions: ["eu-west-1"], alertDefaults: { warning: { failure_percent: 100 }, quorom: 2 } },
    'fleet.alertDefaults.quorom is not a field of alert (did you mean "quorum"?)',
    "fleet.alertDefaults.warning.failure_percent must be at least 0 and below 100, or false, is 100",
  ],
  [
    { regions: ["eu-west-1"], options: { eventArchive: "yes" } },
    'fleet.options.eventArchive must be true or false, is "yes"',
  ],
  [
    { regions: ["eu-west-1"], logDays: 2 },
    "fleet.logDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, is 2",
  ],
  [
    { regions: ["eu-west-1"], rateLimit: { bucket_size: 0, refill_rate: 1 } },
    "fleet.rateLimit.bucket_size must be 1 to 10000, is 0",
  ],
  [
    { regions: ["eu-west-1"], clockServer: "time server", clockThresholdMs: 0 },
    'fleet.clockServer must be a host, host:port or "off", is "time server"',
    "fleet.clockThresholdMs must be a whole number from 1 to 3600000, is 0",
  ],
  [{ regions: ["eu-west-1"], watch: "none" }, 'fleet.watch must be "lean" or "full", is "none"'],
  [
    { regions: ["eu-west-1"], clockServer: false },
    'fleet.clockServer must be a host, host:port or "off", is false',
  ],
  [
    { regions: ["eu-west-1"], secrets: ["file:/etc/key", "token"], secretKeys: ["alias/mine"] },
    'fleet.secrets[0] must be secretsmanager:NAME or ssm:NAME, is "file:/etc/key"',
    'fleet.secrets[1] must be secretsmanager:NAME or ssm:NAME, is "token"',
    'fleet.secretKeys[0] must be the id of a KMS key, such as mrk-0123456789abcdef0123456789abcdef, is "alias/mine"',
  ],
  [
    { regions: [{ name: "eu-west-1", vpc: { ...VPC, dynamodbEndpoint: true } }] },
    "fleet.regions[0].vpc.dynamodbEndpoint must be { vpcId, routeTableIds }, since synth looks nothing up, is true",
  ],
  [
    { regions: [{ name: "eu-west-1", vpc: { ...VPC, dynamodbEndpoint: { vpcId: "vpc-x" } } }] },
    'fleet.regions[0].vpc.dynamodbEndpoint.vpcId must be an id such as vpc-0123456789abcdef0, is "vpc-x"',
    "fleet.regions[0].vpc.dynamodbEndpoint.routeTableIds must be at least one route table id, is missing",
  ],
  [
    { regions: ["eu-west-1"], deadMan: { url: "https://hc-ping.com/secret", method: "PUT" } },
    'fleet.deadMan.method must be GET, HEAD or POST, is "(not shown)"',
    'fleet.deadMan.url must be the name of a secret that holds the URL, secretsmanager:NAME or ssm:NAME, in the home region, is "(not shown)"',
  ],
  [
    { regions: ["eu-west-1"], deadMan: ["https://hc-ping.com/secret"] },
    'fleet.deadMan must be the name of a secret that holds the URL, secretsmanager:NAME or ssm:NAME, in the home region, or { url, method }, is "(not shown)"',
  ],
  [
    {
      regions: ["eu-west-1"],
      deadMan: { "https://hc-ping.com/secret": 1, url: ["https://x/secret"] },
    },
    'fleet.deadMan must be of the fields url and method only, is "(not shown)"',
    'fleet.deadMan.url must be the name of a secret that holds the URL, secretsmanager:NAME or ssm:NAME, in the home region, is "(not shown)"',
  ],
  [
    { regions: ["eu-west-1"], deadMan: "ssm:/a", secrets: ["ssm:/a"] },
    'fleet.deadMan.url must be a secret that tasks can\'t name, is "ssm:/a", which stands in fleet.secrets too',
  ],
  [
    {
      regions: ["eu-west-1"],
      locations: [
        { name: "office", allowedPrivateCidrs: ["0.0.0.0/0", "169.254.0.0/16", "127.0.0.0/8"] },
      ],
    },
    'fleet.locations[0].allowedPrivateCidrs must be private addresses only, and this opens others too: name the ranges that you use, such as 10.0.0.0/16, is "0.0.0.0/0"',
    'fleet.locations[0].allowedPrivateCidrs must be a range that probes may open, which link-local, metadata and multicast addresses never are, is "169.254.0.0/16"',
  ],
  [
    {
      regions: [{ name: "eu-west-1", shards: 64, memoryMb: 1_024 }],
      expectedTasks: 100_000,
      expectedScheduleSeconds: 1,
    },
    "fleet.regions[0] can't have the 209 shards that 100000 tasks every 1 s need, but 100 at most: raise fleet.expectedScheduleSeconds, or divide the tasks among fleets",
  ],
  [
    { home: "eu-west-1", regions: ["eu-west-1", { name: "cn-north-1", retired: true }] },
    "fleet.regions[1].name must be a region of home's partition (aws), is cn-north-1",
  ],
  [
    { regions: [7], locations: [5, "a", "eu-west-9", "home", { shards: 2 }], watch: null },
    "fleet.watch must not be null: give it a value, or leave it out",
    "fleet.regions[0] must be a name, or an object with a name, is 7",
    "fleet.locations[0] must be a name, or an object with a name, is 5",
    ...['"a"', '"eu-west-9"', '"home"', "missing"].map(
      (shown, i) =>
        `fleet.locations[${i + 1}].name must be 2 to 32 lower-case letters, digits and inner hyphens, beginning with a letter, and no AWS region's name, is ${shown}`,
    ),
  ],
  [
    {
      regions: [
        {
          name: "eu-west-1",
          vpc: { ...VPC, subnetIds: ["subnet-01234567", "subnet-89abcdef", "subnet-01234567"] },
        },
      ],
      home: null,
    },
    "fleet.home must not be null: give it a value, or leave it out",
    "fleet.regions[0].vpc.subnetIds has subnet-01234567 a second time",
  ],
  [
    { regions: ["eu-west-1"], deadMan: {} },
    "fleet.deadMan.url must be the name of a secret that holds the URL, secretsmanager:NAME or ssm:NAME, in the home region, is missing",
  ],
  [
    { name: "Fleet_1", regions: ["eu-west-1"], colour: "red" },
    "fleet.colour is not a known field (known: name, home, regions, locations, alertDefaults, alertEmail, resultDays, minuteDays, summaryDays, dayDays, summaryClass, capacityMode, logDays, watch, clockServer, clockThresholdMs, rateLimit, secrets, secretKeys, deadMan, statusPage, expectedTasks, expectedScheduleSeconds, bursts, options)",
    'fleet.name must be 3 to 32 lower-case letters, digits and hyphens, beginning with a letter, is "Fleet_1"',
  ],
];

for (const [raw, ...problems] of WRONG)
  test(`parseFleetConfig refuses ${JSON.stringify(raw)}`, () => {
    assert.deepEqual(problemsOf(raw), problems);
  });

test("parseFleetConfig reads a fleet's rate limit as a task has it", () => {
  const limitOf = (rateLimit?: unknown) =>
    parseFleetConfig({ regions: ["eu-west-1"], ...(rateLimit !== undefined && { rateLimit }) })
      .rateLimit;
  assert.equal(limitOf(), null);
  assert.equal(limitOf("default"), null);
  assert.equal(limitOf("disabled"), "disabled");
  assert.deepEqual(limitOf("aggressive"), { bucketSize: 50, refillRate: 25 });
  assert.deepEqual(limitOf({ bucket_size: 7, refill_rate: 0.5 }), {
    bucketSize: 7,
    refillRate: 0.5,
  });
});

test("parseFleetConfig takes secrets by their references, each once, and the keys that encrypt them", () => {
  const key = "01234567-89ab-cdef-0123-456789abcdef";
  const secrets = ["ssm:/a/b", "secretsmanager:x", "ssm:/a/b"];
  const config = parseFleetConfig({ regions: ["eu-west-1"], secrets, secretKeys: [key] });
  assert.deepEqual(config.secrets, ["ssm:/a/b", "secretsmanager:x"]);
  assert.deepEqual(config.secretKeys, [key]);
  const none = parseFleetConfig({ regions: ["eu-west-1"] });
  assert.deepEqual([none.secrets, none.secretKeys], [[], []]);
});

test("parseFleetConfig refuses secrets that would not fit into a role or an environment", () => {
  const withSecrets = (count: number, name: string) => ({
    regions: ["eu-west-1"],
    secrets: Array.from({ length: count }, (_, i) => `ssm:${name}${i}`),
  });
  assert.deepEqual(problemsOf(withSecrets(50, "a")), []);
  assert.deepEqual(problemsOf(withSecrets(51, "a")), [
    "fleet.secrets must be a list of at most 50, is 51",
  ]);
  assert.match(problemsOf(withSecrets(50, "a".repeat(80)))[0] ?? "", /must fit into 3500 bytes/);
});

test("parseFleetConfig refuses more ranges than fit into the environment of a function", () => {
  const vpc = { subnetIds: ["subnet-01234567"], securityGroupIds: ["sg-01234567"] };
  const withRanges = (count: number) => {
    const allowedPrivateCidrs = Array.from({ length: count }, (_, i) => `10.100.${i}.0/24`);
    return { regions: [{ name: "eu-west-1", vpc: { ...vpc, allowedPrivateCidrs } }] };
  };
  assert.deepEqual(problemsOf(withRanges(180)), []);
  assert.deepEqual(problemsOf(withRanges(200)), [
    "fleet.regions, fleet.alertDefaults and fleet.secrets must fit into 3500 bytes of a function's environment, are 3581: name fewer places, allowedPrivateCidrs or secrets",
  ]);
});

test("FleetConfigError says all problems at once, one a line", () => {
  const error = new FleetConfigError(["a", "b"]);
  assert.equal(error.message, "The fleet in cdk.json can't be deployed:\n  - a\n  - b");
});
