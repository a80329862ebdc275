import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { draftPlan, namesIn } from "../../../shared/plan/draft.ts";
import { type Fleet, shardOf } from "../../../shared/plan/fleet.ts";
import { countDrop, isRefused } from "../../../shared/plan/guard.ts";
import { wholeBundle } from "../../../shared/plan/manifest.ts";
import { spansOf } from "../../../shared/plan/timetable.ts";
import { supportOf } from "../../../shared/plan/unsupported.ts";
import type { Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

const region = (name: string, shards: number, open = false) => ({
  name,
  shards,
  vpc: open,
  ipv6: open,
});

const fleet: Fleet = { name: "f", home: "a", regions: [region("a", 3), region("b", 2, true)] };

const arbitraryTasks = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 40 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({
            enabled: fc.boolean(),
            regions: fc.constantFrom("all" as const, ["a"], ["b"], ["a", "b"]),
            target: fc.record({
              hostname: fc.constantFrom("192.0.2.1", "2001:db8::1", "db.example"),
              port: fc.constantFrom(22, 25),
            }),
            needs: fc.constantFrom({}, {}, { needs: ["tls"] }),
          })
          .map(({ needs, ...fields }) => aTask(name, { ...fields, ...needs })),
      ),
    ),
  );

test("draftPlan puts each enabled task once into each region that it asks for and that supports it", () => {
  fc.assert(
    fc.property(arbitraryTasks, (tasks) => {
      for (const [i, draft] of draftPlan(fleet, tasks, 1).entries()) {
        const here = fleet.regions[i] ?? region("none", 1);
        const wanted = tasks
          .filter((task) => task.enabled)
          .filter((task) => task.regions === "all" || task.regions.includes(here.name));
        const supported = wanted.filter((task) => supportOf(here)(task) === null);
        const planned = draft.manifest.shards.flatMap((plan) => {
          const { shard, bundle, fullBundle, taskCount } = plan;
          const tasksIn = draft.bundles.get(wholeBundle(plan))?.tasks ?? [];
          const plain = tasksIn.filter(({ needs }) => needs === undefined);
          assert.equal(fullBundle !== undefined, plain.length < tasksIn.length);
          assert.deepEqual(draft.bundles.get(bundle)?.tasks, plain);
          const names = tasksIn.map(({ name }) => name);
          assert.equal(names.length, taskCount);
          assert.deepEqual(names, names.toSorted());
          assert.ok(names.every((name) => shardOf(name, here.shards) === shard));
          return names;
        });
        assert.deepEqual(planned.sort(), supported.map(({ name }) => name).sort());
        assert.equal(draft.unsupported.length, wanted.length - supported.length);
        assert.equal(draft.manifest.shards.length, here.shards);
      }
    }),
  );
});

test("draftPlan gives the same plan whatever the order of the tasks", () => {
  fc.assert(
    fc.property(arbitraryTasks, (tasks) => {
      assert.deepEqual(
        draftPlan(fleet, tasks.toReversed(), 1),
        draftPlan(fleet, tasks, 1).map(sortUnsupported(tasks)),
      );
    }),
  );
});

// Only the order of what is unsupported follows the tasks'.
function sortUnsupported(tasks: readonly { readonly name: string }[]) {
  const place = new Map(tasks.map(({ name }, i) => [name, i]));
  return (draft: ReturnType<typeof draftPlan>[number]) => ({
    ...draft,
    unsupported: draft.unsupported.toSorted(
      (a, b) => (place.get(b.taskName) ?? 0) - (place.get(a.taskName) ?? 0),
    ),
  });
}

test("namesIn names what runs in at least one region", () => {
  const tasks = [
    aTask("both"),
    aTask("b-only", { target: { hostname: "192.0.2.1", port: 25 } }),
    aTask("off", { enabled: false }),
    aTask("nowhere", { regions: ["c"] }),
  ];
  assert.deepEqual([...namesIn(draftPlan(fleet, tasks, 1))].sort(), ["b-only", "both"]);
});

for (const [running, gone, refused] of [
  [0, 0, false],
  [1, 1, true],
  [2, 1, false],
  [3, 1, false],
  [3, 2, true],
  [10, 5, false],
  [10, 6, true],
] as const) {
  test(`isRefused says ${refused} to dropping ${gone} of ${running}`, () => {
    const names = Array.from({ length: running }, (_, i) => `t${i}`);
    const drop = countDrop(names, new Set(["new", ...names.slice(gone)]));
    assert.deepEqual(drop, { runningCount: running, droppedCount: gone });
    assert.equal(isRefused(drop), refused);
  });
}

const PORT_25 = "TCP port 25 is blocked outside a VPC";
const NO_IPV6 = "there is no IPv6 route";

for (const [hostname, port, addressFamily, vpc, ipv6, expected] of [
  ["192.0.2.1", 22, "any", false, false, null],
  ["192.0.2.1", 25, "any", false, true, PORT_25],
  ["192.0.2.1", 25, "any", true, false, null],
  ["2001:db8::1", 22, "any", true, false, NO_IPV6],
  ["2001:db8::1", 22, "any", false, true, null],
  ["db.example", 22, "ipv6", true, false, NO_IPV6],
  ["db.example", 22, "ipv4", false, false, null],
  ["2001:db8::1", 25, "any", false, false, PORT_25],
] as const) {
  test(`supportOf gives for ${hostname} ${port} ${addressFamily}, vpc ${vpc}, ipv6 ${ipv6}`, () => {
    const task = aTask("t", { target: { hostname, port }, addressFamily });
    assert.equal(supportOf({ name: "r", shards: 1, vpc, ipv6 })(task), expected);
  });
}

const CLOSED = "its address is not public and not in the region's allowedPrivateCidrs";
const NEVER = "its address is one that no region may probe";

for (const [hostname, allowedCidrs, expected] of [
  ["10.0.0.5", [], CLOSED],
  ["10.0.0.5", ["10.0.0.0/16"], null],
  ["10.1.0.5", ["10.0.0.0/16"], CLOSED],
  ["10.0.0.5", undefined, null],
  ["::ffff:10.0.0.5", [], CLOSED],
  ["fd12::5", [], CLOSED],
  ["fd12::5", ["fd12::/48"], null],
  ["4000::1", [], CLOSED],
  ["127.0.0.1", ["10.0.0.0/8"], CLOSED],
  ["169.254.169.254", ["0.0.0.0/0"], NEVER],
  ["fd00:ec2::254", ["fc00::/7"], NEVER],
  ["169.254.169.254", undefined, null],
  ["8.8.8.8", [], null],
  ["2606:4700::1", [], null],
  ["db.internal", [], null],
  ["localhost", [], CLOSED],
  ["api.localhost", ["10.0.0.0/8"], CLOSED],
  ["localhost", ["127.0.0.1/32"], null],
  ["localhost", ["::1/128"], null],
  ["notlocalhost", [], null],
] as const) {
  test(`supportOf gives ${expected} for ${hostname} where ${allowedCidrs} are opened`, () => {
    const task = aTask("t", { target: { hostname, port: 22 } });
    const opened = allowedCidrs === undefined ? {} : { allowedCidrs };
    const here = { name: "r", shards: 1, vpc: true, ipv6: true, ...opened };
    assert.equal(supportOf(here)(task), expected);
  });
}

function minutes(count: number, different: Partial<Task> = {}): Task[] {
  return Array.from({ length: count }, (_, i) => {
    const target = { hostname: `host-${i}.example`, port: 443 };
    return aTask(`t${i}`, { scheduleMs: 60_000, target, ...different });
  });
}

const ONE_HOST = { target: { hostname: "db.example", port: 443 } };
const STRICT = { bucketSize: 10, refillRate: 5 };

const SPREADS: readonly (readonly [
  what: string,
  shard: Parameters<typeof spansOf>[0],
  spreadMs?: number,
])[] = [
  ["a second for a few", { region: {}, tasks: minutes(3) }, 1_000],
  ["of the usual memory, 597 a second", { region: {}, tasks: minutes(1_000) }, 1_700],
  ["of less memory, longer", { region: { memoryMb: 128 }, tasks: minutes(1_000) }, 3_400],
  ["of more memory, shorter", { region: { memoryMb: 1_769 }, tasks: minutes(2_000) }, 1_600],
  ["ten seconds where there are more", { region: {}, tasks: minutes(6_000) }],
  ["ten seconds where waiting costs nothing", { region: { alwaysOn: true }, tasks: minutes(3) }],
  [
    "none beside a task under a minute",
    { region: {}, tasks: [...minutes(3), aTask("s", { scheduleMs: 30_000 })] },
  ],
  [
    "TLS as nine",
    { region: {}, tasks: minutes(100).map((task) => ({ ...task, tls: {} as never })) },
    1_600,
  ],
  ["what the limit of one host asks for", { region: {}, tasks: minutes(300, ONE_HOST) }, 4_000],
  [
    "more if other places check it too",
    { region: {}, tasks: minutes(130, ONE_HOST), places: new Map([["db.example", 2]]) },
    3_200,
  ],
  [
    "what the fleet's own limit asks for",
    { region: {}, tasks: minutes(25, ONE_HOST), rateLimit: STRICT },
    3_000,
  ],
  [
    "nothing for hosts without a limit",
    { region: {}, tasks: minutes(300, ONE_HOST), rateLimit: "disabled" },
    1_000,
  ],
  [
    "an hour's tasks as few",
    { region: {}, tasks: minutes(6_000, { scheduleMs: 3_600_000 }) },
    1_000,
  ],
];

for (const [what, shard, spreadMs] of SPREADS) {
  test(`spansOf gives ${what}`, () => assert.equal(spansOf(shard).spreadMs, spreadMs));
}

const QUEUE = { memoryMb: 128, bursts: true } as const;
const halves = (count: number) => minutes(count, { scheduleMs: 30_000 });

const BURSTS: readonly (readonly [
  what: string,
  shard: Parameters<typeof spansOf>[0],
  spans: ReturnType<typeof spansOf>,
])[] = [
  ["no burst without a queue", { region: { memoryMb: 128 }, tasks: halves(9) }, {}],
  [
    "no burst where waiting costs nothing",
    { region: { ...QUEUE, alwaysOn: true }, tasks: halves(9) },
    {},
  ],
  [
    "a spread alone without a task under a minute",
    { region: QUEUE, tasks: minutes(9) },
    { spreadMs: 1_000 },
  ],
  [
    "as long as the pace asks for",
    { region: QUEUE, tasks: halves(1_000) },
    { spreadMs: 3_400, burstMs: 3_400 },
  ],
  [
    "with the tasks of a minute, which may come together with them",
    { region: QUEUE, tasks: [...halves(500), ...minutes(500)] },
    { spreadMs: 3_400, burstMs: 3_400 },
  ],
  ["one longer than a spread", { region: QUEUE, tasks: halves(5_000) }, { burstMs: 16_800 }],
  ["none if the pause would be too short", { region: QUEUE, tasks: halves(8_000) }, {}],
  [
    "none if the shortest period leaves no pause",
    { region: QUEUE, tasks: [...halves(9), aTask("s", { scheduleMs: 5_000 })] },
    {},
  ],
  [
    "one if it leaves just enough",
    { region: QUEUE, tasks: [...halves(9), aTask("s", { scheduleMs: 6_000 })] },
    { spreadMs: 1_000, burstMs: 1_000 },
  ],
  [
    "what the limit of a host asks for",
    { region: QUEUE, tasks: minutes(100, { ...ONE_HOST, scheduleMs: 30_000 }), rateLimit: STRICT },
    { burstMs: 18_000 },
  ],
];

for (const [what, shard, spans] of BURSTS) {
  test(`spansOf, with a queue, gives ${what}`, () => assert.deepEqual(spansOf(shard), spans));
}

test("draftPlan gives each shard its own spread", () => {
  const slow = { ...region("a", 2), memoryMb: 128 };
  const always = { ...region("b", 1), alwaysOn: true } as const;
  const tasks = minutes(900);
  const [a, b] = draftPlan({ ...fleet, regions: [slow, always] }, tasks, 1);
  for (const { spreadMs, taskCount } of a?.manifest.shards ?? [])
    assert.equal(spreadMs, Math.ceil((taskCount / 298.38) * 10) * 100);
  assert.deepEqual(
    b?.manifest.shards.map((plan) => "spreadMs" in plan),
    [false],
  );
});
