import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, lstatSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { openHome } from "../../cli/fleet/open-stores.ts";
import { startTestFleet, type TestFleet, userTask } from "./local-fleet.ts";

const COMMAND = join(import.meta.dirname, "../../cli/synfleet.ts");

describe("tasks apply", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
  });
  afterEach(async () => {
    const { tasks: store } = openHome(fleet.open);
    await store.deleteTasks(await storedNames());
  });
  after(() => fleet.close());

  async function storedNames(): Promise<string[]> {
    const tasks = await openHome(fleet.open).tasks.readTasks();
    return tasks.map((task) => task.name).sort();
  }

  async function store(...tasks: readonly object[]): Promise<void> {
    await fleet.run("tasks", "apply", fleet.writeTasks(...tasks));
  }

  test("tasks apply adds, changes field by field, and does not touch other tasks", async () => {
    await store(userTask("same"), userTask("slower"));
    const file = fleet.writeTasks(
      userTask("same"),
      userTask("slower", { schedule_seconds: 120 }),
      userTask("new"),
    );
    assert.deepEqual(await fleet.run("tasks", "apply", file), {
      code: 0,
      out: [
        '+ "new"',
        '~ "slower"',
        "    schedule_seconds: 60 → 120",
        "1 added, 1 changed, 0 removed, 1 unchanged.",
      ],
      error: [],
    });
    assert.deepEqual(await storedNames(), ["new", "same", "slower"]);
  });

  test("tasks apply stores every task, also when the reader of its output is gone", async () => {
    const file = fleet.writeTasks(...["a", "b", "c"].map((name) => userTask(name)));
    const words = ["tasks", "apply", file, "--data", fleet.dir];
    const child = spawn(process.execPath, [COMMAND, ...words]);
    child.stdout.destroy();
    const [code] = await once(child, "close");
    assert.equal(code, 0);
    assert.deepEqual(await storedNames(), ["a", "b", "c"]);
  });

  test("tasks apply that is killed while it writes loses and doubles nothing when it is repeated", async () => {
    await store(...Array.from({ length: 300 }, (_, i) => userTask(`old ${i}`)), userTask("both"));
    const before = new Set(await storedNames());
    const wanted = Array.from({ length: 600 }, (_, i) => userTask(`new ${i}`));
    const file = fleet.writeTasks(...wanted, userTask("both", { schedule_seconds: 30 }));
    const words = ["tasks", "apply", file, "--yes", "--data", fleet.dir];
    const child = spawn(process.execPath, [COMMAND, ...words], { stdio: "ignore" });
    const closed = once(child, "close");
    // Added tasks come first, so the first of them is there long before the last is removed.
    while ((await storedNames()).every((name) => !name.startsWith("new "))) {
      assert.equal(child.exitCode, null);
    }
    child.kill("SIGKILL");
    await closed;
    assert.equal(child.signalCode, "SIGKILL");
    const halfway = new Set(await storedNames());
    const isAllAdded = wanted.every(({ name }) => halfway.has(name));
    assert.ok(isAllAdded || [...before].every((name) => halfway.has(name)), "it removes last");

    assert.equal((await fleet.run("tasks", "apply", file, "--yes")).code, 0);
    assert.deepEqual(await storedNames(), ["both", ...wanted.map(({ name }) => name)].sort());
    const again = await fleet.run("tasks", "apply", file, "--yes");
    assert.deepEqual(again.out, ["0 added, 0 changed, 0 removed, 601 unchanged."]);
  });

  test("tasks apply run again changes nothing", async () => {
    await store(userTask("a", { tags: { env: "prod" }, regions: ["eu-west-1"], timeout: 3 }));
    const again = await fleet.run(
      "tasks",
      "apply",
      fleet.writeTasks(
        userTask("a", { tags: { env: "prod" }, regions: ["eu-west-1"], timeout_seconds: 3 }),
      ),
    );
    assert.deepEqual(again.out, ["0 added, 0 changed, 0 removed, 1 unchanged."]);
  });

  test("tasks apply --dry-run shows the changes and stores nothing", async () => {
    await store(userTask("old"));
    const said = await fleet.run("tasks", "apply", "--dry-run", fleet.writeTasks(userTask("new")));
    assert.deepEqual(
      [said.code, said.out.at(-1)],
      [0, "Dry run, nothing stored: 1 added, 0 changed, 1 removed, 0 unchanged."],
    );
    assert.deepEqual(await storedNames(), ["old"]);
  });

  test("tasks apply removes only what the user allows", async () => {
    const cases: [string, number, string[], string | null, string[]][] = [
      ["refuses without a terminal", 1, [], null, ["new", "old"]],
      ["obeys --yes", 0, ["--yes"], null, ["new"]],
      ["obeys --keep", 0, ["--keep"], null, ["new", "old"]],
      ["obeys --no-remove", 0, ["--no-remove"], null, ["new", "old"]],
      ["asks and is allowed", 0, [], "y", ["new"]],
      ["asks and is not allowed", 0, [], "", ["new", "old"]],
      ["does not ask under --keep", 0, ["--keep"], "y", ["new", "old"]],
    ];
    for (const [what, code, flags, answer, left] of cases) {
      await store(userTask("old"));
      const words = ["tasks", "apply", fleet.writeTasks(userTask("new")), ...flags];
      const said = answer === null ? fleet.run(...words) : fleet.runAnswering(answer, ...words);
      assert.equal((await said).code, code, what);
      assert.deepEqual(await storedNames(), left, what);
      await openHome(fleet.open).tasks.deleteTasks(left);
    }
  });

  test("tasks apply reports an invalid task, keeps its stored version and applies the others", async () => {
    await store(userTask("a"), userTask("gone"));
    const file = fleet.writeTasks(userTask("a", { timeout_seconds: 95 }), userTask("b"));
    const said = await fleet.run("tasks", "apply", "--yes", file);
    assert.equal(said.code, 1);
    assert.deepEqual(said.error, [
      `problem  ${file}: Task "a": timeout_seconds must be 1 to 60, is 95`,
      'kept     Task "a" is kept as stored: its entry has a problem.',
    ]);
    assert.equal(said.out.at(-1), "1 added, 0 changed, 1 removed, 1 kept, 0 unchanged.");
    assert.deepEqual(await storedNames(), ["a", "b"]);
  });

  test("tasks apply removes nothing if the name of a task is misspelt", async () => {
    await store(userTask("a"), userTask("b"));
    const { name, ...nameless } = userTask("b");
    const file = fleet.writeTasks(userTask("a"), { nmae: name, ...nameless });
    const said = await fleet.run("tasks", "apply", "--yes", file);
    assert.equal(said.code, 1);
    assert.equal(
      said.error.at(-1),
      'kept     Task "b" is kept as stored: an entry without a usable name may be it.',
    );
    assert.deepEqual(said.out, ["0 added, 0 changed, 0 removed, 1 kept, 1 unchanged."]);
    assert.deepEqual(await storedNames(), ["a", "b"]);
  });

  test("tasks apply --json names the reason for each task that is kept", async () => {
    await store(userTask("a"), userTask("b"));
    const file = fleet.writeTasks(userTask("a", { timeout_seconds: 95 }), userTask("c"));
    const { out } = await fleet.run("tasks", "apply", "--keep", "--json", file);
    const { kept, removed, withheld } = JSON.parse(out.join("\n"));
    assert.deepEqual([kept, removed], [["a", "b"], []]);
    assert.deepEqual(withheld, [
      { name: "a", message: 'Task "a" is kept as stored: its entry has a problem.' },
    ]);
  });

  test("tasks apply refuses a region that the fleet does not have", async () => {
    const file = fleet.writeTasks(userTask("a", { regions: ["mars-1"] }));
    const said = await fleet.run("tasks", "apply", file);
    assert.equal(said.code, 1);
    assert.match(said.error.join(), /regions/);
    assert.deepEqual(await storedNames(), []);
  });

  test("tasks apply --json is one document", async () => {
    await store(userTask("old"), userTask("a"));
    const file = fleet.writeTasks(userTask("a", { schedule_seconds: 30 }), { name: "b" });
    const said = await fleet.run("tasks", "apply", "--json", file);
    const document = JSON.parse(said.out.join("\n"));
    assert.equal(said.code, 1);
    assert.deepEqual(
      { ...document, problems: document.problems.map(({ field }: { field: string }) => field) },
      {
        dry_run: false,
        added: [],
        changed: [{ name: "a", fields: [{ field: "schedule_seconds", from: "60", to: "30" }] }],
        removed: [],
        kept: ["old"],
        withheld: [],
        removal_refused: true,
        unchanged: [],
        settings: { added: [], changed: [], removed: [], kept: [], unchanged: [] },
        problems: ["host", "schedule_seconds"],
        notices: [],
      },
    );
  });

  test("tasks apply stores what files set, shows the changes, and asks before it removes", async () => {
    const storms = { alerting: { storm_tasks: 9 } };
    const target = { targets: { edge: { min_healthy: 1 } } };
    const tasks = [userTask("a", { target_id: "edge" })];
    const apply = (settings: object, ...flags: string[]) =>
      fleet.run("tasks", "apply", fleet.writeFile({ tasks, ...settings }), ...flags);
    const first = await apply({ ...storms, ...target });
    assert.deepEqual(first.out, [
      '+ "a"',
      "+ Alerting",
      '+ Target "edge"',
      "1 added, 0 changed, 0 removed, 0 unchanged.",
      "Settings: 2 added, 0 changed, 0 removed, 0 unchanged.",
    ]);
    const changed = await apply({ alerting: { storm_tasks: 10 } });
    assert.equal(changed.code, 1);
    assert.deepEqual(changed.out, [
      "~ Alerting",
      "    storm_tasks: 9 → 10",
      '- Target "edge"',
      "0 added, 0 changed, 0 removed, 1 unchanged.",
      "Settings: 0 added, 1 changed, 0 removed, 1 kept, 0 unchanged.",
    ]);
    const removed = JSON.parse((await apply({}, "--yes", "--json")).out.join("\n"));
    assert.deepEqual(removed.settings, {
      added: [],
      changed: [],
      removed: ["alerting", "target#edge"],
      kept: [],
      unchanged: [],
    });
    assert.deepEqual(await openHome(fleet.open).settings.readSettings(), []);
  });

  test("tasks export writes what tasks apply takes back without a change", async () => {
    const none = await fleet.run("tasks", "export");
    assert.deepEqual([none.code, none.out], [1, []]);
    assert.match(none.error[0] ?? "", /^No tasks are stored/);
    const tasks = [
      userTask("b", { tags: { a: "$\u0024{HOME}" }, alert: { failures: "3 of 5" } }),
      userTask("a", { tls: true }),
    ];
    const content = { tasks, alerting: { storm_tasks: 9 } };
    await fleet.run("tasks", "apply", fleet.writeFile(content));
    await fleet.run("maintenance", "start", "a", "--reason", "upgrade");
    const file = join(fleet.dir, "exported.yaml");
    const written = await fleet.run("tasks", "export", "--out", file);
    assert.deepEqual([written.code, written.error], [0, [`${file}: 2 tasks.`]]);
    const again = await fleet.run("tasks", "export", "--out", file);
    assert.deepEqual(
      [again.code, again.error[0]],
      [3, `synfleet: ${file} is there already. Name another file, or replace it with --force.`],
    );
    // What replaces it is written beside it: a link and who may read it stay.
    const link = join(fleet.dir, "link.yaml");
    symlinkSync(file, link);
    chmodSync(file, 0o600);
    const before = statSync(file);
    assert.equal((await fleet.run("tasks", "export", "--out", link, "--force")).code, 0);
    const replaced = statSync(file);
    assert.notEqual(replaced.ino, before.ino);
    assert.deepEqual([replaced.mode, lstatSync(link).isSymbolicLink()], [before.mode, true]);
    assert.deepEqual(
      readdirSync(fleet.dir).filter((name) => name.endsWith(".part")),
      [],
    );
    assert.deepEqual(await fleet.run("tasks", "apply", file), {
      code: 0,
      out: [
        "0 added, 0 changed, 0 removed, 2 unchanged.",
        "Settings: 0 added, 0 changed, 0 removed, 1 unchanged.",
      ],
      error: [],
    });
    const { out } = await fleet.run("tasks", "export", "--format", "json");
    assert.deepEqual(
      JSON.parse(out.join("\n")).tasks.map(({ name }: { name: string }) => name),
      ["a", "b"],
    );
    const { settings } = openHome(fleet.open);
    await settings.deleteSettings((await settings.readSettings()).map(({ key }) => key));
  });

  test("tasks apply refuses flags that contradict each other", async () => {
    const said = await fleet.run("tasks", "apply", "--yes", "--keep", "x.toml");
    assert.deepEqual([said.code, said.error[0]], [2, "synfleet: --yes does not go with --keep."]);
  });
});
