import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countsForUptime, openSpell } from "../../../shared/alerting/alerting.ts";
import type {
  AlertingSettings,
  Maintenance,
  Quieting,
} from "../../../shared/alerting/operators/operators.ts";
import { INITIAL_STATE } from "../../../shared/health/health.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { at, judge, linesOf, NOON, TestFleet, type TestTask, type Truth } from "./looks.ts";

/** A maintenance of the whole fleet from second 100 to 400. */
const WINDOW: Maintenance = {
  id: "m1",
  scope: { kind: "fleet" },
  schedule: { kind: "once", fromMs: at(100), untilMs: at(400) },
  reason: "new kernel",
  by: "ann",
  createdAtMs: NOON,
};

/** A silence of the whole fleet from second 100 to 400. */
const SILENCE: Quieting = {
  id: "s1",
  kind: "silence",
  scope: { kind: "fleet" },
  by: "ann",
  reason: "known",
  createdAtMs: NOON,
  fromMs: at(100),
  untilMs: at(400),
};

const ACKNOWLEDGED: Quieting = { ...SILENCE, id: "a1", kind: "acknowledge", untilMs: null };

/** The second of a look, what is true from then on, and the events that users are told or not. */
type Story = readonly (readonly [number, Readonly<Record<string, Truth>>, readonly string[]])[];

function tell(
  story: Story,
  settings: Partial<AlertingSettings> = {},
  tasks: Readonly<Record<string, TestTask>> = { db: {} },
): void {
  const fleet = new TestFleet(tasks, settings);
  const told = story.map(([seconds, truths]) => fleet.look(seconds, truths));
  assert.deepEqual(
    told,
    story.map(([, , lines]) => lines),
  );
}

const OPEN: Truth = "down";

describe("tellUsers", () => {
  it("tells every change when nothing holds it, and remembers nothing", () => {
    const fleet = new TestFleet({ db: {} });
    const told = [
      fleet.look(10, { db: "W" }),
      fleet.look(20, { db: "down" }),
      fleet.look(30, { db: "W" }),
      fleet.look(40, { db: "up" }),
      fleet.look(50, { db: "silent" }),
      fleet.look(60, { db: "up" }),
    ];
    assert.deepEqual(told.flat(), [
      "db OK to WARNING",
      "db WARNING to CRITICAL",
      "db CRITICAL to WARNING",
      "db WARNING to OK",
      "db OK to NO_DATA",
      "db NO_DATA to OK",
    ]);
    assert.deepEqual(fleet.known.get("db")?.memory, {});
  });

  it("returns the same objects for a task of which nothing is to be told", () => {
    const fleet = new TestFleet({ db: {} });
    const { tasks, memory } = fleet.tell(10);
    assert.equal(memory, fleet.memory);
    assert.equal(tasks[0]?.state, INITIAL_STATE);
    const { state } = judge(INITIAL_STATE, "down", at(20));
    fleet.known.set("db", { state, memory: {} });
    assert.equal(fleet.tell(30).tasks[0]?.state, state);
  });

  it("counts each notice in the state's sequence, after the transitions", () => {
    const fleet = new TestFleet({ db: {} }, { maintenances: [WINDOW] });
    fleet.look(200, { db: OPEN });
    assert.equal(fleet.stateOf("db").sequence, 1);
    fleet.look(400);
    assert.equal(fleet.stateOf("db").sequence, 2);
  });

  it("tells no user of a task whose definition is not known in a look", () => {
    const fleet = new TestFleet({ db: {} }, { maintenances: [WINDOW] });
    fleet.look(200, { db: OPEN });
    const unknown = new TestFleet({ db: { alert: null } }, { maintenances: [WINDOW] });
    unknown.keep({ tasks: fleet.tell(300).tasks, memory: fleet.memory });
    assert.deepEqual(unknown.look(400), []);
    assert.deepEqual(fleet.look(400), ["db released as CRITICAL"]);
  });
});

describe("maintenance", () => {
  const maintenances = { maintenances: [WINDOW] };

  it("never tells of what opens and closes inside", () => {
    tell(
      [
        [150, { db: OPEN }, ["db OK to CRITICAL (maintenance)"]],
        [300, { db: "up" }, ["db CRITICAL to OK (maintenance)"]],
        [400, {}, []],
      ],
      maintenances,
    );
  });

  it("tells of what outlasts it at its end, once, and then of its close", () => {
    tell(
      [
        [150, { db: OPEN }, ["db OK to CRITICAL (maintenance)"]],
        [399, {}, []],
        [400, {}, ["db released as CRITICAL"]],
        [460, {}, []],
        [520, { db: "up" }, ["db CRITICAL to OK"]],
      ],
      maintenances,
    );
  });

  it("tells the end of what users know, also inside", () => {
    tell(
      [
        [50, { db: OPEN }, ["db OK to CRITICAL"]],
        [150, { db: "up" }, ["db CRITICAL to OK"]],
        [200, { db: OPEN }, ["db OK to CRITICAL (maintenance)"]],
        [250, { db: "up" }, ["db CRITICAL to OK (maintenance)"]],
      ],
      maintenances,
    );
  });

  it("tells what got better inside as far as users know of it, and holds what got worse", () => {
    tell(
      [
        [50, { db: "W" }, ["db OK to WARNING"]],
        [150, { db: OPEN }, ["db WARNING to CRITICAL (maintenance)"]],
        [200, { db: "silent and down" }, ["db CRITICAL to NO_DATA (maintenance)"]],
        [250, { db: "W" }, ["db NO_DATA to WARNING (maintenance)"]],
        [300, { db: OPEN }, ["db WARNING to CRITICAL (maintenance)"]],
        [350, { db: "up" }, ["db CRITICAL to OK"]],
      ],
      maintenances,
    );
  });

  it("releases what is open at its end as what it then is", () => {
    tell(
      [
        [150, { db: OPEN }, ["db OK to CRITICAL (maintenance)"]],
        [200, { db: "W" }, ["db CRITICAL to WARNING (maintenance)"]],
        [400, {}, ["db released as WARNING"]],
      ],
      maintenances,
    );
  });

  it("holds and releases in one look what was judged late", () => {
    const fleet = new TestFleet({ db: {} }, maintenances);
    const judgement = judge(INITIAL_STATE, OPEN, at(399));
    assert.deepEqual(linesOf(fleet.tellJudged(405, { db: judgement })), [
      "db OK to CRITICAL (maintenance)",
      "db released as CRITICAL",
    ]);
  });

  it("says in the release what was told before, and since when it was held", () => {
    const fleet = new TestFleet({ db: {} }, maintenances);
    fleet.look(150, { db: OPEN });
    const [notice] = fleet.tell(400).tasks[0]?.notices ?? [];
    assert.deepEqual(notice, {
      kind: "released",
      track: "incident",
      number: 1,
      openedAtMs: at(150),
      atMs: at(400),
      from: "OK",
      to: "CRITICAL",
      rule: "down",
      errorKind: "refused",
      held: { told: "OK", by: "maintenance", sinceMs: at(150), errorKind: "refused" },
      count: 0,
      isEscalated: false,
      suppressedBy: null,
      heldTasks: [],
    });
  });
});

describe("countsForUptime", () => {
  it("leaves a maintenance of the task out", () => {
    const settings = { maintenances: [WINDOW] };
    const counts = (seconds: number) =>
      countsForUptime(settings, { name: "db", targetId: null }, at(seconds));
    assert.deepEqual([99, 100, 399, 400].map(counts), [true, false, false, true]);
  });
});

describe("a silence", () => {
  it("holds what opens, releases it at its end, and is told itself, once", () => {
    tell(
      [
        [50, {}, []],
        [100, {}, ["silence s1"]],
        [150, { db: OPEN }, ["db OK to CRITICAL (silence)"]],
        [400, {}, ["db released as CRITICAL"]],
      ],
      { quietings: [SILENCE] },
    );
  });

  it("that is ended early releases at the next look", () => {
    const fleet = new TestFleet({ db: {} }, { quietings: [SILENCE] });
    fleet.look(150, { db: OPEN });
    fleet.settings = { ...fleet.settings, quietings: [{ ...SILENCE, untilMs: at(200) }] };
    assert.deepEqual(fleet.look(200), ["db released as CRITICAL"]);
    fleet.settings = { ...fleet.settings, quietings: [] };
    assert.deepEqual(fleet.look(210), []);
    assert.deepEqual(fleet.memory.toldQuietings, []);
  });

  it("that was over before it was seen is not told", () => {
    tell([[401, {}, []]], { quietings: [SILENCE] });
  });
});

describe("an acknowledgement", () => {
  const quietings = { quietings: [ACKNOWLEDGED] };

  it("holds nothing that opens later, and the close of what it is about is told", () => {
    tell(
      [
        [50, { db: OPEN }, ["db OK to CRITICAL"]],
        [100, {}, ["acknowledge a1"]],
        [150, { db: "up" }, ["db CRITICAL to OK"]],
        [200, { db: OPEN }, ["db OK to CRITICAL"]],
      ],
      quietings,
    );
  });

  it("holds reminders and escalation while it lasts", () => {
    const alert = { reminderMs: MINUTE_MS, escalation: { afterMs: MINUTE_MS } };
    tell(
      [
        [50, { db: "W" }, ["db OK to WARNING"]],
        [100, {}, ["acknowledge a1"]],
        [399, {}, []],
        [400, {}, ["db escalated as WARNING"]],
        [460, {}, ["db reminder 6 as WARNING"]],
      ],
      { quietings: [{ ...ACKNOWLEDGED, untilMs: at(400) }] },
      { db: { alert } },
    );
  });

  it("of what was held counts as told: whoever acknowledges it knows of it", () => {
    tell(
      [
        [50, { db: OPEN }, ["db OK to CRITICAL (maintenance)"]],
        [100, {}, ["acknowledge a1"]],
        [110, {}, []],
        [150, { db: "up" }, ["db CRITICAL to OK"]],
      ],
      {
        ...quietings,
        maintenances: [{ ...WINDOW, schedule: { kind: "once", fromMs: at(0), untilMs: at(105) } }],
      },
    );
  });
});

describe("reminders", () => {
  const tasks = { db: { alert: { reminderMs: 5 * MINUTE_MS } } };

  it("come every so often while something is open, counted since it opened", () => {
    tell(
      [
        [0, { db: OPEN }, ["db OK to CRITICAL"]],
        [299, {}, []],
        [300, {}, ["db reminder 1 as CRITICAL"]],
        [360, {}, []],
        [605, {}, ["db reminder 2 as CRITICAL"]],
        [700, { db: "up" }, ["db CRITICAL to OK"]],
        [900, {}, []],
        [1000, { db: OPEN }, ["db OK to CRITICAL"]],
        [1300, {}, ["db reminder 1 as CRITICAL"]],
      ],
      {},
      tasks,
    );
  });

  it("are made up for by one if looks were missed", () => {
    tell(
      [
        [0, { db: OPEN }, ["db OK to CRITICAL"]],
        [1600, {}, ["db reminder 5 as CRITICAL"]],
        [1660, {}, []],
      ],
      {},
      tasks,
    );
  });

  it("do not come while it is held, nor with the release", () => {
    tell(
      [
        [100, { db: OPEN }, ["db OK to CRITICAL (maintenance)"]],
        [401, {}, ["db released as CRITICAL"]],
        [460, {}, []],
        [700, {}, ["db reminder 2 as CRITICAL"]],
      ],
      { maintenances: [WINDOW] },
      tasks,
    );
  });
});

describe("escalation", () => {
  const tasks = { db: { alert: { escalation: { afterMs: 10 * MINUTE_MS } } } };

  it("makes a warning critical once, after its time", () => {
    tell(
      [
        [0, { db: "W" }, ["db OK to WARNING"]],
        [599, {}, []],
        [600, {}, ["db escalated as WARNING"]],
        [660, {}, []],
        [700, { db: "up" }, ["db WARNING to OK"]],
        [800, { db: "W" }, ["db OK to WARNING"]],
        [1400, {}, ["db escalated as WARNING"]],
      ],
      {},
      tasks,
    );
  });

  it("leaves what is critical or without data alone", () => {
    tell(
      [
        [0, { db: OPEN }, ["db OK to CRITICAL"]],
        [700, {}, []],
        [701, { db: "C" }, []],
        [1400, {}, []],
        [1500, { db: "silent" }, ["db CRITICAL to NO_DATA"]],
        [2200, {}, []],
      ],
      {},
      tasks,
    );
  });

  it("is said in later notices of the same warning", () => {
    const alert = { escalation: { afterMs: MINUTE_MS }, reminderMs: 2 * MINUTE_MS };
    const fleet = new TestFleet({ db: { alert } });
    fleet.look(0, { db: "W" });
    fleet.look(60);
    const [reminder] = fleet.tell(120).tasks[0]?.notices ?? [];
    assert.deepEqual([reminder?.kind, reminder?.isEscalated], ["reminder", true]);
  });
});

describe("openSpell", () => {
  const cases: readonly (readonly [Truth, string | undefined])[] = [
    ["up", undefined],
    ["W", "warning"],
    ["C", "warning"],
    ["down", "incident"],
    ["silent", "silence"],
    ["silent and down", "silence"],
  ];
  for (const [truth, track] of cases) {
    it(`is ${track ?? "nothing"} of a task that is ${truth}`, () => {
      const { state } = judge(INITIAL_STATE, truth, at(5));
      assert.equal(openSpell(state)?.track, track);
    });
  }
});
