import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { openHome } from "../../cli/fleet/open-stores.ts";
import { parseEntries } from "../../shared/alerting/operators/operators.ts";
import { INITIAL_STATE, type TaskState } from "../../shared/health/health.ts";
import { parseTask } from "../../shared/task/task.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../shared/units.ts";
import { startTestFleet, type TestFleet, userTask } from "./local-fleet.ts";

describe("what operators set", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
    const tasks = [userTask("db", { target_id: "store" }), userTask("api")];
    const parsed = tasks.map((task) => parseTask(task).task ?? assert.fail());
    await openHome(fleet.open).tasks.putTasks(parsed);
  });
  afterEach(async () => {
    const { settings } = openHome(fleet.open);
    await settings.deleteSettings((await settings.readSettings()).map(({ key }) => key));
  });
  after(() => fleet.close());

  async function stored() {
    const { settings, problems } = parseEntries(await openHome(fleet.open).settings.readSettings());
    assert.deepEqual(problems, []);
    return settings;
  }

  async function putState(name: string, state: Partial<TaskState>): Promise<void> {
    const outcome = await openHome(fleet.open).states.putRecord({
      task: { name, host: "192.0.2.1:22", targetId: null, tags: {} },
      version: 1,
      state: { ...INITIAL_STATE, ...state },
      pending: [],
      unrecorded: [],
      goneSinceMs: null,
    });
    assert.equal(outcome, "stored");
  }

  test("silence holds a task's alerts for an hour, by the user, with its reason", async () => {
    const said = await fleet.run("silence", "db", "--reason", "known");
    const [silence] = (await stored()).quietings;
    assert.ok(silence?.untilMs);
    const until = new Date(silence.untilMs).toISOString();
    assert.deepEqual(said, {
      code: 0,
      out: [`Silenced task "db" until ${until}, as ${silence.id}.`],
      error: [],
    });
    const { kind, scope, by, reason } = silence;
    assert.deepEqual(
      { kind, scope, by, reason },
      { kind: "silence", scope: { kind: "task", name: "db" }, by: "sre", reason: "known" },
    );
    assert.equal(silence.untilMs - silence.fromMs, HOUR_MS);
    assert.equal(silence.createdAtMs, silence.fromMs);
  });

  test("silence takes a target or the fleet, and a time", async () => {
    const until = new Date(Date.now() + 3 * DAY_MS).toISOString();
    const of = ["--reason", "move", "--by", "ops"];
    await fleet.run("silence", "--target", "store", "--for", "90m", ...of);
    const json = await fleet.run("silence", "--all", "--until", until, "--json", ...of);
    const document = JSON.parse(json.out.join("\n"));
    assert.deepEqual([document.fleet, document.until, document.by], [true, until, "ops"]);
    const silences = (await stored()).quietings.map(({ scope, fromMs, untilMs }) => {
      return [scope.kind, Math.round(((untilMs ?? 0) - fromMs) / MINUTE_MS)];
    });
    assert.deepEqual(silences.sort(), [
      ["fleet", 3 * 24 * 60],
      ["target", 90],
    ]);
  });

  test("silence says what is wrong with a call", async () => {
    const cases: readonly (readonly [string[], number, RegExp])[] = [
      [["--reason", "x"], 2, /Name one of TASK, --target ID and --all/],
      [["db", "--all", "--reason", "x"], 2, /Name one of TASK, --target ID and --all/],
      [["db"], 2, /--reason is required/],
      [
        ["db", "--reason", "x", "--for", "2h", "--until", "2030-01-01"],
        2,
        /--for excludes --until/,
      ],
      [["db", "--reason", "x", "--for", "0h"], 2, /--for must be a time like 90s/],
      [["db", "--reason", "x", "--until", "soon"], 2, /--until must be an ISO time/],
      [["db", "--reason", "x", "--until", "2020-01-01"], 2, /--until must be after the beginning/],
      [["db", "--reason", "x", "--for", "91d"], 2, /until must be at most 90 days after from/],
      [["dbb", "--reason", "x"], 1, /No task is named "dbb". Did you mean "db"\?/],
      [
        ["--target", "stor", "--reason", "x"],
        1,
        /No task has the target_id "stor". Did you mean "store"\?/,
      ],
      [["--target", "nothing", "--reason", "x"], 1, /No task has the target_id "nothing".$/],
    ];
    for (const [words, code, sentence] of cases) {
      const said = await fleet.run("silence", ...words);
      assert.deepEqual([said.code, said.out], [code, []], words.join(" "));
      assert.match(said.error[0] ?? "", sentence);
    }
    assert.deepEqual((await stored()).quietings, []);
  });

  test("silence list shows what is silenced, and silence stop ends it", async () => {
    const none = await fleet.run("silence", "list");
    assert.deepEqual(none.error, ["Nothing is silenced or acknowledged."]);
    await fleet.run("silence", "db", "--reason", "known");
    const id = (await stored()).quietings[0]?.id ?? "";
    const stateNow = async () => {
      const [line = ""] = (await fleet.run("silence", "list", "--json")).out;
      const { state, of, kind } = JSON.parse(line);
      return [kind, of, state];
    };
    assert.deepEqual(await stateNow(), ["silence", 'task "db"', "on"]);
    assert.match((await fleet.run("silence", "list")).out.join("\n"), new RegExp(`${id}.* known`));
    const unknown = await fleet.run("silence", "stop", `${id}0`);
    assert.deepEqual(
      [unknown.code, unknown.error],
      [1, [`No silence or acknowledgement has the id "${id}0". Did you mean "${id}"?`]],
    );
    const ended = await fleet.run("silence", "stop", id);
    assert.deepEqual([ended.code, ended.out], [0, [`Ended ${id} of task "db".`]]);
    assert.deepEqual(await stateNow(), ["silence", 'task "db"', "over"]);
    const { untilMs } = (await stored()).quietings[0] ?? {};
    const again = await fleet.run("silence", "stop", id, "--json");
    assert.deepEqual(JSON.parse(again.out.join("\n")), { id, state: "over" });
    assert.equal((await stored()).quietings[0]?.untilMs, untilMs, "it does not end later");
  });

  test("silence stop removes an entry that can't be read", async () => {
    const { settings } = openHome(fleet.open);
    await settings.putSettings([{ key: "silence#odd", fields: { reason: 7 } }]);
    const said = await fleet.run("silence", "stop", "odd");
    assert.deepEqual(said.out, ["Removed odd, which could not be read."]);
    assert.deepEqual(await settings.readSettings(), []);
  });

  test("ack acknowledges what is open, and only that", async () => {
    const words = ["--reason", "on it"];
    const closed = await fleet.run("ack", "db", ...words);
    assert.deepEqual(
      [closed.code, closed.error],
      [1, ['Nothing is open of task "db", so nothing was acknowledged.']],
    );
    await putState("db", { status: "CRITICAL" });
    const said = await fleet.run("ack", "db", ...words);
    const [acknowledged] = (await stored()).quietings;
    assert.deepEqual(
      [acknowledged?.kind, acknowledged?.untilMs, acknowledged?.by],
      ["acknowledge", null, "sre"],
    );
    assert.deepEqual(said.out, [
      `Acknowledged what is open of task "db" until it is over, as ${acknowledged?.id}.`,
    ]);
    assert.equal((await fleet.run("ack", "api", ...words)).code, 1);
    assert.equal((await fleet.run("ack", "--all", "--for", "2h", ...words)).code, 0);
    assert.equal((await fleet.run("silence", "stop", acknowledged?.id ?? "")).code, 0);
  });

  test("maintenance start stores a window that begins now or later, and stop ends it", async () => {
    const said = await fleet.run("maintenance", "start", "db", "--reason", "upgrade");
    const [begun] = (await stored()).maintenances;
    assert.deepEqual(said.out, [`Maintenance ${begun?.id} of task "db" is stored.`]);
    assert.ok(begun?.schedule.kind === "once");
    assert.equal(begun.schedule.untilMs - begun.schedule.fromMs, HOUR_MS);
    const [line = ""] = (await fleet.run("maintenance", "list", "--json")).out;
    const { state, of, from } = JSON.parse(line);
    assert.deepEqual([state, of, from], ["on", 'task "db"', "sre"]);
    const first = await fleet.run("maintenance", "stop", begun.id, "--json");
    assert.deepEqual(JSON.parse(first.out.join("\n")), { id: begun.id, state: "over" });
    const ended = await fleet.run("maintenance", "stop", begun.id);
    assert.deepEqual(ended.out, [`Maintenance ${begun.id} is over.`]);
    assert.match((await fleet.run("maintenance", "list")).out.join("\n"), / over +upgrade/);

    const day = new Date(Date.now() + DAY_MS).toISOString();
    const later = ["--from", day, "--for", "2h", "--reason", "move", "--json"];
    const { id, until } = JSON.parse(
      (await fleet.run("maintenance", "start", "--target", "store", ...later)).out.join("\n"),
    );
    assert.equal(Date.parse(until), Date.parse(day) + 2 * HOUR_MS);
    const removed = await fleet.run("maintenance", "stop", id);
    assert.deepEqual(removed.out, [`Maintenance ${id} is removed.`]);
    assert.equal((await stored()).maintenances.length, 1);
  });

  test("maintenance start stores a window that comes again", async () => {
    const zone = ["--time-zone", "Europe/Berlin", "--for", "90m", "--reason", "backups"];
    await fleet.run("maintenance", "start", "--all", "--weekly", "sun 02:00", ...zone);
    const [sundays] = (await stored()).maintenances;
    assert.deepEqual(sundays?.schedule, {
      kind: "recurring",
      cron: "0 2 * * sun",
      timeZone: "Europe/Berlin",
      durationMs: 90 * MINUTE_MS,
    });
    const list = (await fleet.run("maintenance", "list")).out.join("\n");
    assert.match(list, /the fleet +0 2 \* \* sun Europe\/Berlin, 90 min +(on|off) +backups +sre/);
    assert.equal((await fleet.run("maintenance", "stop", sundays?.id ?? "")).code, 0);
    assert.deepEqual((await stored()).maintenances, []);
  });

  test("maintenance start and stop say what is wrong with a call", async () => {
    const cases: readonly (readonly [string[], number, RegExp])[] = [
      [
        ["start", "db", "--weekly", "sun 02:00", "--reason", "x"],
        2,
        /--weekly and --cron need --for/,
      ],
      [
        ["start", "db", "--cron", "* * * * *", "--for", "1m", "--reason", "x"],
        2,
        /duration_minutes must be under 1/,
      ],
      [
        [
          "start",
          "db",
          "--cron",
          "0 2 * * sun",
          "--weekly",
          "sun 02:00",
          "--for",
          "1h",
          "--reason",
          "x",
        ],
        2,
        /weekly, cron exclude each other/,
      ],
      [
        ["start", "db", "--cron", "0 2 * * sun", "--until", "2030-01-01", "--reason", "x"],
        2,
        /--until does not go with --weekly and --cron/,
      ],
      [
        ["start", "db", "--time-zone", "Mars", "--for", "1h", "--reason", "x"],
        2,
        /one of from, weekly, cron is required/,
      ],
      [
        ["start", "db", "--until", "2020-01-01", "--reason", "x"],
        2,
        /--until must be after the beginning/,
      ],
      [["start", "dbb", "--reason", "x"], 1, /Did you mean "db"/],
      [["stop", "m1"], 1, /No maintenance has the id "m1"/],
    ];
    for (const [words, code, sentence] of cases) {
      const said = await fleet.run("maintenance", ...words);
      assert.deepEqual([said.code, said.out], [code, []], words.join(" "));
      assert.match(said.error[0] ?? "", sentence);
    }
    assert.deepEqual((await stored()).maintenances, []);
  });

  test("maintenance stop leaves a window of a task file, and list shows where it is from", async () => {
    const { settings } = openHome(fleet.open);
    const fields = { fleet: true, weekly: "sun 02:00", duration_minutes: 60, reason: "backups" };
    await settings.putSettings([
      { key: "maintenance#sundays", fields: { ...fields, origin: "file" } },
      { key: "maintenance#odd", fields: { ...fields, weekly: "someday" } },
    ]);
    const said = await fleet.run("maintenance", "stop", "sundays");
    assert.deepEqual(
      [said.code, said.error],
      [1, ["Maintenance sundays is of a task file: remove it there and run synfleet tasks apply."]],
    );
    const list = await fleet.run("maintenance", "list");
    assert.match(list.out.join("\n"), /sundays +the fleet .* backups +a task file/);
    assert.match(list.error[0] ?? "", /^Maintenance "odd": weekly must be days and a time/);
    assert.equal((await fleet.run("maintenance", "stop", "odd")).code, 0);
    assert.equal((await stored()).maintenances.length, 1);
  });
});
