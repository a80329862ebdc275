import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runCli } from "../../cli/run-cli.ts";
import { PRICES } from "../../shared/cost/cost.ts";
import { fakeIo } from "./fake-io.ts";
import { startTestFleet, type TestFleet, userTask } from "./local-fleet.ts";

const FIVE = "us-east-1,eu-west-1,ap-southeast-2,us-west-2,sa-east-1";

/** The output of `synfleet cost` in a folder. */
async function costIn(cwd: string, ...words: string[]) {
  const io = fakeIo({ cwd });
  const code = await runCli(["cost", ...words], io);
  return { code, out: io.heard.out.join("\n"), error: io.heard.error.join("\n") };
}

async function documentIn(cwd: string, ...words: string[]) {
  const { code, out, error } = await costIn(cwd, ...words, "--json");
  assert.equal(code, 0, error);
  return JSON.parse(out);
}

function lineOf(document: { lines: { service: string; what: string }[] }, what: RegExp) {
  const found = document.lines.filter((line) => what.test(`${line.service} ${line.what}`));
  assert.equal(found.length, 1, String(what));
  return found[0] as unknown as { quantity: number; dollars: number; unit_price: number };
}

describe("cost", () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-cost-"));
  });
  after(() => rmSync(dir, { recursive: true }));

  test("cost prices tasks that are not stored yet, line by line, with the date of the prices", async () => {
    const { code, out } = await costIn(
      dir,
      "--tasks",
      "1000",
      "--schedule",
      "30",
      "--regions",
      FIVE,
    );
    assert.equal(code, 0);
    assert.match(out, /^SERVICE +WHAT +QUANTITY +PRICE +MONTH\n/);
    assert.match(
      out,
      /^DynamoDB +writes: summaries of minutes, hours and days +3\.553 +\$0\.625 per million write units +\$2\.22$/m,
    );
    assert.match(out, /^1000 tasks in 5 regions, 10,000 checks a minute: \$[\d.]+ a month\.$/m);
    assert.match(out, /^Per 1,000 tasks \$[\d.]+, per million checks \$[\d.]+\.$/m);
    assert.ok(out.includes(`List prices of us-east-1, ${PRICES.asOf}.`));
  });

  test("cost --json is one document whose lines add up", async () => {
    const document = await documentIn(dir, "--tasks", "100", "--regions", FIVE);
    const total = document.lines.reduce(
      (sum: number, line: { dollars: number }) => sum + line.dollars,
      0,
    );
    assert.ok(Math.abs(total - document.dollars_a_month) < 1e-9);
    assert.equal(document.checks_a_month, 100 * 5 * 43_800);
    assert.ok(Math.abs(document.dollars_per_1000_tasks - 10 * document.dollars_a_month) < 1e-9);
  });

  test("cost refuses a fleet in cdk.json that a deployment would refuse", async () => {
    const own = mkdtempSync(join(tmpdir(), "synfleet-cost-"));
    const regions = [{ name: "eu-west-1", shards: 0 }];
    writeFileSync(join(own, "cdk.json"), JSON.stringify({ context: { fleet: { regions } } }));
    const { code, error } = await costIn(own, "--tasks", "10");
    rmSync(own, { recursive: true });
    assert.equal(code, 2);
    assert.match(error, /regions\[0\]\.shards must be 1 to 100, is 0/);
  });

  test("cost takes regions, memory and days from cdk.json", async () => {
    const cwd = mkdtempSync(join(dir, "project-"));
    const regions = ["eu-west-1", { name: "us-east-1", shards: 2, memoryMb: 512 }];
    const fleet = { regions, resultDays: 10, summaryDays: 20 };
    writeFileSync(join(cwd, "cdk.json"), JSON.stringify({ context: { fleet } }));
    const document = await documentIn(cwd, "--tasks", "100", "--schedule", "15");
    assert.deepEqual(document.regions, [
      { name: "eu-west-1", shards: 1, memoryMb: 128, bursts: true },
      { name: "us-east-1", shards: 2, memoryMb: 512, bursts: true },
    ]);
    assert.ok(lineOf(document, /storage: hours of 20 days/).quantity > 0);
    assert.ok(lineOf(document, /storage: results of 10 days/).quantity > 0);
  });

  test("cost sizes regions for the tasks that it prices, unless a number is given", async () => {
    const cwd = mkdtempSync(join(dir, "project-"));
    const listed = [{ name: "us-east-1", memoryMb: 512, shards: 9 }, "eu-west-1"];
    writeFileSync(
      join(cwd, "cdk.json"),
      JSON.stringify({ context: { fleet: { regions: listed } } }),
    );
    const words = ["--tasks", "10000", "--schedule", "15"];
    const sizesOf = async (...more: string[]) =>
      (await documentIn(cwd, ...words, ...more)).regions.map(
        ({ name, shards, memoryMb }: Record<string, unknown>) => [name, shards, memoryMb],
      );
    assert.deepEqual(await sizesOf(), [
      ["us-east-1", 9, 512],
      ["eu-west-1", 2, 128],
    ]);
    assert.deepEqual(await sizesOf("--regions", "us-east-1,eu-west-1:1"), [
      ["us-east-1", 2, 512],
      ["eu-west-1", 1, 1_769],
    ]);
    const { out } = await costIn(cwd, ...words, "--regions", "eu-west-1,sa-east-1,us-west-2:4");
    assert.match(
      out,
      /^Probes: 2 shards of 128 MB in 2 regions, 4 shards of 128 MB in 1 region\.$/m,
    );
    const { code, error } = await costIn(cwd, "--tasks", "1000000", "--regions", "eu-west-1");
    assert.equal(code, 2);
    assert.match(
      error,
      /1000000 tasks need \d+ shards in a region, which has at most 100: a longer/,
    );
  });

  test("cost has a queue between bursts where it pays for the tasks, or as cdk.json says", async () => {
    const cwd = mkdtempSync(join(dir, "project-"));
    const pricedWith = async (fleet: object, ...words: string[]) => {
      const regions = ["eu-west-1", { name: "us-east-1", vpc: {} }];
      const text = JSON.stringify({ context: { fleet: { regions, ...fleet } } });
      writeFileSync(join(cwd, "cdk.json"), text);
      const document = await documentIn(cwd, "--tasks", "1000", ...words);
      const queues = document.regions.map(({ bursts }: { bursts?: true }) => bursts === true);
      return { queues, hasLine: /polling/.test(JSON.stringify(document.lines)), document };
    };
    const halves = ["--schedule", "30"];
    const priced = await pricedWith({}, ...halves);
    assert.deepEqual(priced.queues, [true, false]);
    // Five polls of 20 s at any time.
    assert.equal(lineOf(priced.document, /SQS polling/).quantity, 657_000);
    assert.equal(lineOf(priced.document, /SQS messages/).quantity, 3 * 2 * 43_800);
    assert.equal(lineOf(priced.document, /requests for bursts/).quantity, 2 * 43_800);
    assert.ok(lineOf(priced.document, /logs of bursts/).dollars < 0.1);
    const waiting = await pricedWith({ bursts: false }, ...halves);
    assert.deepEqual([waiting.queues, waiting.hasLine], [[false, false], false]);
    const saved = waiting.document.dollars_a_month - priced.document.dollars_a_month;
    assert.ok(saved > 2.8 && saved < 3.3, `$${saved}`);
    const minutes = await pricedWith({});
    assert.deepEqual([minutes.queues, minutes.hasLine], [[false, false], false]);
    assert.deepEqual((await pricedWith({ bursts: true })).queues, [true, true]);
  });

  test("cost prices the summaries by what costs less, unless cdk.json says which class and capacity", async () => {
    const cwd = mkdtempSync(join(dir, "project-"));
    const places =
      "eu-west-1,eu-west-2,eu-west-3,eu-north-1,eu-south-1,us-east-1,us-east-2,us-west-1,us-west-2,sa-east-1";
    const pricedWith = (fleet: object) => {
      writeFileSync(join(cwd, "cdk.json"), JSON.stringify({ context: { fleet } }));
      const words = ["--tasks", "10000", "--schedule", "15", "--regions", places];
      return documentIn(cwd, ...words);
    };
    const auto = await pricedWith({});
    assert.equal(lineOf(auto, /capacity for writes: summaries/).unit_price, 0.81);
    const onDemand = await pricedWith({ capacityMode: "on-demand" });
    assert.equal(lineOf(onDemand, /writes: summaries/).unit_price, 0.78);
    assert.ok(onDemand.dollars_a_month - auto.dollars_a_month > 80);
    const standard = await pricedWith({ summaryClass: "standard" });
    assert.equal(lineOf(standard, /writes: summaries/).unit_price, 0.65);
    const saved = standard.dollars_a_month - auto.dollars_a_month;
    assert.ok(saved > 5, `$${saved}`);
    assert.ok(standard.storage_dollars - auto.storage_dollars > saved);
  });

  test("cost counts the clocks apart, unless cdk.json switches them off", async () => {
    const cwd = mkdtempSync(join(dir, "project-"));
    const write = (fleet: object) =>
      writeFileSync(join(cwd, "cdk.json"), JSON.stringify({ context: { fleet } }));
    write({ regions: ["eu-west-1", "us-east-1"] });
    const asking = await documentIn(cwd, "--tasks", "100");
    assert.ok(lineOf(asking, /clocks: questions/).dollars < 0.01);
    write({ regions: ["eu-west-1", "us-east-1"], clockServer: "off" });
    const silent = await documentIn(cwd, "--tasks", "100");
    assert.doesNotMatch(JSON.stringify(silent.lines), /clocks/);
  });

  test("cost prices the metrics and the dashboard only of a fleet that cdk.json has watched in full", async () => {
    const cwd = mkdtempSync(join(dir, "project-"));
    const documentOf = (watch: object) => {
      const fleet = { regions: ["eu-west-1", "us-east-1"], ...watch };
      writeFileSync(join(cwd, "cdk.json"), JSON.stringify({ context: { fleet } }));
      return documentIn(cwd, "--tasks", "100");
    };
    const lean = await documentOf({});
    assert.equal(lean.watch, "lean");
    assert.doesNotMatch(JSON.stringify(lean.lines), /metrics|dashboard/);
    const full = await documentOf({ watch: "full" });
    assert.equal(full.watch, "full");
    assert.equal(lineOf(full, /CloudWatch metrics/).quantity, 2 * 12 + 13);
    assert.equal(lineOf(full, /clocks: metrics/).quantity, 8);
    assert.equal(lineOf(full, /dashboard/).dollars, 3);
    assert.ok(
      lineOf(full, /^CloudWatch logs/).quantity > 3 * lineOf(lean, /^CloudWatch logs/).quantity,
    );
  });

  test("cost counts the reads of secrets, if cdk.json lists some that cost something", async () => {
    const cwd = mkdtempSync(join(dir, "project-"));
    const write = (secrets: readonly string[]) => {
      const fleet = { regions: ["eu-west-1", { name: "us-east-1", shards: 2 }], secrets };
      writeFileSync(join(cwd, "cdk.json"), JSON.stringify({ context: { fleet } }));
    };
    write(["secretsmanager:a", "secretsmanager:b", "ssm:c"]);
    const asking = await documentIn(cwd, "--tasks", "100");
    // Two secrets, three shards with two processes each, 730 hours.
    assert.equal(lineOf(asking, /secrets: reads/).quantity, 2 * 3 * 2 * 730);
    assert.ok(Math.abs(lineOf(asking, /secrets: reads/).dollars - 0.0438) < 1e-9);
    write(["ssm:c"]);
    assert.doesNotMatch(JSON.stringify((await documentIn(cwd, "--tasks", "1")).lines), /secrets/);
  });

  test("cost tells the part of TLS, for imagined tasks and for those of a file", async () => {
    const words = ["--tasks", "100", "--regions", "eu-west-1"];
    const plain = await documentIn(dir, ...words);
    const half = await documentIn(dir, ...words, "--tls", "50");
    assert.equal(plain.deeper_dollars, 0);
    const more = half.dollars_a_month - plain.dollars_a_month;
    assert.ok(more > 0 && Math.abs(half.deeper_dollars - more) < 1e-9);
    const file = join(dir, "deep.json");
    const tasks = [userTask("a", { tls: true }), userTask("b", { hold_seconds: 40 })];
    writeFileSync(file, JSON.stringify({ tasks }));
    const { out } = await costIn(dir, file, "--regions", "eu-west-1");
    assert.match(out, /^Lambda +held connections: runs that wait for them /m);
    assert.match(out, /^Of it \$[\d.]+ for TLS, dialogues and held connections\.$/m);
  });

  test("cost of a file counts its valid tasks and reports the others", async () => {
    const file = join(dir, "tasks.json");
    const tasks = [userTask("a"), userTask("b"), userTask("c", { schedule_seconds: 0 })];
    writeFileSync(file, JSON.stringify({ tasks }));
    const { code, out, error } = await costIn(dir, file, "--regions", "eu-west-1");
    assert.equal(code, 1);
    assert.match(out, /^2 tasks in 1 region, 2 checks a minute/m);
    assert.match(error, /^problem {2}.*Task "c": schedule_seconds/m);
    assert.match(error, /^1 problem: what has one is not counted\.$/m);
  });

  test("cost ends with 2 and one sentence for wrong usage", async () => {
    const cases: [string[], RegExp][] = [
      [["--tasks", "10"], /^synfleet: cost needs --regions where no cdk\.json/],
      [["--tasks", "0", "--regions", FIVE], /--tasks must be a whole number from 1/],
      [["--tasks", "1", "--regions", "here"], /--regions must be like/],
      [["--tasks", "1", "--regions", "a:0"], /--regions must be like .*, is "a:0"/],
      [["--tasks", "1", "--regions", "eu-west-1:-1"], /--regions must be like/],
      [
        ["--tasks", "1", "--regions", "us-east-1,eu-west-1:0"],
        /regions\[1\]\.shards must be 1 to 100, is 0/,
      ],
      [
        ["--tasks", "1", "--regions", "eu-west-1:101"],
        /regions\[0\]\.shards must be 1 to 100, is 101/,
      ],
      [["--tasks", "1", "--regions", "eu-west-1,eu-west-1"], /region "eu-west-1" is named twice/],
      [["f.toml", "--tasks", "1"], /--tasks does not go with FILE\./],
      [["f.toml", "--schedule", "5"], /--schedule goes with --tasks only\./],
      [["f.toml", "--tls", "5"], /--tls goes with --tasks only\./],
    ];
    for (const [words, sentence] of cases) {
      const { code, error } = await costIn(dir, ...words);
      assert.equal(code, 2, words.join(" "));
      assert.match(error, sentence);
    }
  });
});

describe("cost of stored tasks", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
    const tasks = [userTask("a"), userTask("b", { regions: ["eu-west-1"] })];
    await fleet.run("tasks", "apply", fleet.writeTasks(...tasks));
  });
  after(() => fleet.close());

  test("cost prices the stored tasks in the regions that have them", async () => {
    const { code, out } = await fleet.run("cost", "--json");
    assert.equal(code, 0);
    const document = JSON.parse(out.join("\n"));
    assert.equal(document.tasks, 2);
    assert.equal(document.checks_a_month, 3 * 43_800);
  });

  test("cost prices the stored tasks in the regions that are asked for", async () => {
    const { out } = await fleet.run("cost", "--json", "--regions", FIVE);
    assert.equal(JSON.parse(out.join("\n")).checks_a_month, (5 + 1) * 43_800);
  });
});
