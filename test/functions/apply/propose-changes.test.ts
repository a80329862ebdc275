import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Changes,
  countChanges,
  type KeepReason,
  keptSentences,
  proposeChanges,
} from "../../../functions/apply/apply.ts";
import { readTaskFiles, type TaskFile } from "../../../shared/task-file/task-file.ts";

const SSH = { name: "ssh", host: "a.example:22", schedule_seconds: 60 };
const WEB = { name: "web", host: "b.example:443", schedule_seconds: 30 };
const OLD = { name: "old", host: "d.example:80", schedule_seconds: 30 };

interface Item {
  readonly name: string;
  readonly [field: string]: unknown;
}

function stored(...items: readonly Item[]) {
  return items.map((fields) => ({ name: fields.name, fields: { ...fields } }));
}

function files(...tasks: readonly object[]): TaskFile {
  return fileOf("tasks.json", JSON.stringify({ tasks }));
}

function fileOf(file: string, text: string): TaskFile {
  return readTaskFiles([{ file, text }]);
}

/** The changes by name only. */
function namesOf({ add, change, remove, keep, unchanged }: Changes) {
  return {
    add: add.map(({ name }) => name),
    change: change.map(({ task }) => task.name),
    remove,
    keep: keep.map(({ name }) => name),
    unchanged,
  };
}

test("proposeChanges replaces a key with a blank, whatever else could not be read", () => {
  const wanted = files({ ...SSH, name: "ssh " }, { host: "nameless.example:22" });
  const changes = proposeChanges(stored({ ...SSH, name: "ssh " }, OLD), wanted);
  assert.deepEqual(namesOf(changes), {
    ...{ add: ["ssh"], change: [], remove: ["ssh "] },
    ...{ keep: ["old"], unchanged: [] },
  });
});

test("proposeChanges keeps a key with a blank if the entry of its name has a problem", () => {
  const wanted = files({ ...SSH, host: "" }, WEB);
  const changes = proposeChanges(stored({ ...SSH, name: "ssh " }, WEB), wanted);
  assert.deepEqual(changes.keep[0]?.reason, "faulty");
  assert.deepEqual(changes.remove, []);
});

test("proposeChanges says what is added, changed, removed and left alone", () => {
  const faster = { ...WEB, schedule_seconds: 15 };
  const db = { name: "db", host: "c.example:5432", schedule_seconds: 60 };
  const changes = proposeChanges(stored(SSH, WEB, OLD), files(db, faster, SSH));
  assert.deepEqual(namesOf(changes), {
    add: ["db"],
    change: ["web"],
    remove: ["old"],
    keep: [],
    unchanged: ["ssh"],
  });
  assert.deepEqual(changes.change[0]?.fields, [
    { field: "schedule_seconds", from: "30", to: "15" },
  ]);
  assert.equal(changes.change[0]?.task.scheduleMs, 15_000);
});

test("proposeChanges gives every list in order of names", () => {
  const wanted = files({ ...SSH, name: "b" }, { ...SSH, name: "a" }, WEB, SSH);
  const { add, remove, unchanged } = namesOf(
    proposeChanges(stored(WEB, SSH, { name: "z" }, { name: "y" }), wanted),
  );
  assert.deepEqual(
    [add, remove, unchanged],
    [
      ["a", "b"],
      ["y", "z"],
      ["ssh", "web"],
    ],
  );
});

test("proposeChanges removes everything that an empty list no longer names", () => {
  const empty = fileOf("t.yaml", "tasks:\n# - name: ssh\n");
  for (const wanted of [files(), empty]) {
    assert.deepEqual(proposeChanges(stored(WEB, SSH), wanted).remove, ["ssh", "web"]);
  }
});

test("proposeChanges sees no change in a stored task that says the same in other words", () => {
  const reworded = {
    name: "ssh",
    url: "tcp://a.example:22",
    schedule_seconds: 60,
    timeout: 5,
    enabled: true,
  };
  assert.deepEqual(proposeChanges(stored(reworded), files(SSH)).unchanged, ["ssh"]);
});

test("proposeChanges replaces an invalid stored task, field by field", () => {
  const invalid = { ...SSH, schedule_seconds: "soon" };
  const [change] = proposeChanges(stored(invalid), files(SSH)).change;
  assert.deepEqual(
    change?.fields.find(({ field }) => field === "schedule_seconds"),
    { field: "schedule_seconds", from: '"soon"', to: "60" },
  );
});

test("proposeChanges never removes a stored task whose new version has a problem", () => {
  const faulty = { ...SSH, timeout_seconds: 95 };
  const { remove, keep } = namesOf(proposeChanges(stored(SSH, WEB), files(faulty)));
  assert.deepEqual([remove, keep], [["web"], ["ssh"]]);
});

test("proposeChanges keeps a stored task with its stored version, if that is valid", () => {
  const faulty = [SSH, WEB].map((task) => ({ ...task, timeout_seconds: 95 }));
  const { keep } = proposeChanges(stored(SSH, { ...WEB, host: 1 }), files(...faulty));
  assert.deepEqual(
    keep.map(({ task }) => task?.timeoutMs ?? null),
    [5_000, null],
  );
});

test("proposeChanges removes a task in spite of a bad setting", () => {
  const { remove } = namesOf(
    proposeChanges(
      stored(OLD),
      fileOf(
        "t.toml",
        `[alerting]\nstorm = 9\n[[tasks]]\nname = "new"\nhost = "a.example:1"\nschedule_seconds = 60\n`,
      ),
    ),
  );
  assert.deepEqual(remove, ["old"]);
});

describe("proposeChanges removes nothing", () => {
  const { name: _, ...nameless } = OLD;
  const good = "[[tasks]]\nname = 'ssh'\nhost = 'a.example:22'\nschedule_seconds = 60\n";
  const cases: readonly (readonly [string, TaskFile, KeepReason, string[]])[] = [
    ["if a name is misspelt", files(SSH, { nmae: "old", ...nameless }), "nameless", ["ssh"]],
    ["if a name is missing", files(SSH, nameless), "nameless", ["ssh"]],
    ["if a name is not a text", files(SSH, { ...OLD, name: 7 }), "nameless", ["ssh"]],
    ["if a name is blank", files(SSH, { ...OLD, name: " " }), "nameless", ["ssh"]],
    ["if an entry is not a table", files(SSH, ["old"]), "nameless", ["ssh"]],
    ["if an entry is null", fileOf("t.yaml", "tasks:\n  -\n"), "nameless", []],
    ["if an entry is cut off after its head", fileOf("t.toml", "[[tasks]]\n"), "nameless", []],
    [
      "if a list is misspelt",
      fileOf("t.toml", `${good}[[taks]]\nname = "old"\n`),
      "unread",
      ["ssh"],
    ],
    [
      "if a list is unknown",
      fileOf("t.toml", `${good}[[hosts]]\nname = "old"\n`),
      "unread",
      ["ssh"],
    ],
    ["if a list is a table", fileOf("t.toml", '[tasks]\nname = "old"\n'), "unread", []],
    ["if a list is no list", fileOf("t.yaml", "tasks: none\n"), "unread", []],
    ["if a file is no TOML", fileOf("t.toml", `${good}[[tasks`), "unread", []],
    ["if a file is no YAML", fileOf("t.yaml", "tasks: [{name: old"), "unread", []],
    ["if a file is no JSON", fileOf("t.json", '{"tasks": [{"name": "old"'), "unread", []],
    ["if a TOML file is empty", fileOf("t.toml", ""), "unread", []],
    ["if a YAML file is empty", fileOf("t.yaml", ""), "unread", []],
    ["if a JSON file is empty", fileOf("t.json", ""), "unread", []],
    ["if a file has only comments", fileOf("t.toml", "# soon\n"), "unread", []],
    ["if a file has other sections only", fileOf("t.toml", "[server]\nport = 1\n"), "unread", []],
    [
      "if a file only sets what is beside tasks",
      fileOf("t.toml", "[alerting]\nstorm_tasks = 9\n"),
      "unlisted",
      [],
    ],
    ["if an entry has a problem", files(SSH, { ...OLD, host: "x" }), "faulty", ["ssh"]],
    ["if an entry's type is unknown", files(SSH, { ...OLD, type: "tpc" }), "faulty", ["ssh"]],
    ["if an entry's type is skipped", files(SSH, { ...OLD, type: "http" }), "skipped", ["ssh"]],
    [
      "if a misspelt type makes an entry a web page",
      fileOf(
        "t.yaml",
        `urls:
  - {name: ssh, type: tcp, host: a.example, port: 22}
  - {name: old, tpye: tcp, host: d.example, port: 80}
`,
      ),
      "skipped",
      ["ssh"],
    ],
    [
      "if an entry has the name of another one",
      files(SSH, { ...OLD, name: "ssh" }),
      "nameless",
      ["ssh"],
    ],
    [
      "if an entry stands inside another one",
      fileOf("t.toml", `${good}\n[[tasks.more]]\nname = "old"\nhost = "d.example:80"\n`),
      "unread",
      [],
    ],
    [
      "if a section looks like a task",
      fileOf("t.toml", `${good}[extra]\nname = "old"\nhost = "d.example:80"\n`),
      "unread",
      ["ssh"],
    ],
    [
      "if a scan has more pages",
      fileOf(
        "t.json",
        JSON.stringify({ Items: [SSH], Count: 1, LastEvaluatedKey: { name: { S: "ssh" } } }),
      ),
      "unread",
      ["ssh"],
    ],
    [
      "if one of several files is no JSON",
      readTaskFiles([
        { file: "a.toml", text: good },
        { file: "b.json", text: "{" },
      ]),
      "unread",
      ["ssh"],
    ],
    [
      "if one of several files is empty",
      readTaskFiles([
        { file: "a.toml", text: good },
        { file: "b.toml", text: "" },
      ]),
      "unread",
      ["ssh"],
    ],
  ];
  for (const [when, wanted, reason, unchanged] of cases) {
    test(when, () => {
      const changes = proposeChanges(stored(SSH, OLD), wanted);
      const kept = unchanged.length > 0 ? ["old"] : ["old", "ssh"];
      assert.deepEqual(namesOf(changes), {
        add: [],
        change: [],
        remove: [],
        keep: kept,
        unchanged,
      });
      assert.equal(changes.keep[0]?.reason, reason);
    });
  }
});

test("proposeChanges with every entry in its care removes nothing while any has a problem", () => {
  const flawed = files(SSH, { ...OLD, name: "new", host: "d.example" });
  const usual = proposeChanges(stored(SSH, OLD, WEB), flawed);
  assert.deepEqual(namesOf(usual).remove, ["old", "web"]);
  const careful = proposeChanges(stored(SSH, OLD, WEB), flawed, "every entry");
  assert.deepEqual(
    [careful.remove, careful.keep.map(({ name, reason }) => [name, reason])],
    [
      [],
      [
        ["old", "beside"],
        ["web", "beside"],
      ],
    ],
  );
  assert.deepEqual(proposeChanges(stored(SSH, OLD), files(SSH), "every entry").remove, ["old"]);
});

test("proposeChanges adds and changes what reads well beside what does not", () => {
  const wanted = files({ ...SSH, host: "a.example:2222" }, { ...SSH, name: "db" }, { nmae: "web" });
  assert.deepEqual(namesOf(proposeChanges(stored(SSH, WEB), wanted)), {
    add: ["db"],
    change: ["ssh"],
    remove: [],
    keep: ["web"],
    unchanged: [],
  });
});

test("proposeChanges gives each kept task the nearest reason", () => {
  const wanted = readTaskFiles([
    { file: "a.json", text: JSON.stringify([{ ...SSH, host: 1 }, { ...WEB, type: "http" }, {}]) },
    { file: "b.json", text: "" },
  ]);
  assert.deepEqual(
    proposeChanges(stored(SSH, WEB, OLD), wanted).keep.map(({ name, reason }) => [name, reason]),
    [
      ["old", "unread"],
      ["ssh", "faulty"],
      ["web", "skipped"],
    ],
  );
});

test("proposeChanges takes the valid one of two entries of one name", () => {
  const inOne = files(SSH, { ...SSH, host: "z.example:22" });
  const text = (task: object) => JSON.stringify({ tasks: [task] });
  const inTwo = readTaskFiles([
    { file: "a.json", text: text({ ...SSH, timeout_seconds: 95 }) },
    { file: "b.json", text: text(SSH) },
  ]);
  const removed = { add: [], change: [], remove: ["old"], keep: [], unchanged: ["ssh"] };
  // The second entry of one file may be the renamed one.
  const kept = { ...removed, remove: [], keep: ["old"] };
  assert.deepEqual(namesOf(proposeChanges(stored(SSH, OLD), inOne)), kept);
  assert.deepEqual(namesOf(proposeChanges(stored(SSH, OLD), inTwo)), removed);
});

test("proposeChanges keeps every stored task that a file's places, lists and defaults leave unknown", () => {
  const web = 'tasks = [{ name = "web", host = "web.example:443", schedule_seconds = 60 }]';
  const cases: readonly (readonly [what: string, toml: string, kept: readonly string[]])[] = [
    ["a name without its variable", `name = "$\{NONE}"\nhost = "a.example:1"`, ["old", "ssh"]],
    ["names that are the same", 'name = "x"\nhosts = ["a", "b"]\nport = 1', ["old", "ssh"]],
    ["a list that is none", 'name = "{host}"\nhosts = 5\nport = 1', ["old", "ssh"]],
    ["a host without its variable", `name = "ssh"\nhost = "$\{NONE}:22"`, ["ssh"]],
  ];
  for (const [what, entry, kept] of cases) {
    const toml = `[[tasks]]\n${entry}\nschedule_seconds = 60\n`;
    const { keep, remove } = proposeChanges(stored(SSH, OLD), fileOf("t.toml", toml));
    assert.deepEqual(
      keep.map(({ name }) => name),
      kept,
      what,
    );
    assert.deepEqual(
      remove,
      ["old", "ssh"].filter((name) => !kept.includes(name)),
      what,
    );
  }
  const wrong = fileOf("t.toml", `${web}\n[defaults]\ntimeout_seconds = 95\n`);
  assert.deepEqual(namesOf(proposeChanges(stored(WEB, OLD), wrong)), {
    ...{ add: [], change: [], remove: [] },
    ...{ keep: ["old", "web"], unchanged: [] },
  });
});

test("keptSentences gives every reason its sentence", () => {
  const cases: readonly [KeepReason, string][] = [
    ["faulty", "its entry has a problem."],
    ["skipped", "its entry is skipped."],
    ["unread", "a part of the input that is not understood may hold it."],
    ["nameless", "an entry without a usable name may be it."],
  ];
  for (const [reason, why] of cases) {
    assert.deepEqual(keptSentences([{ name: "a\u202e", reason, task: null }]), [
      `Task "a\\u202e" is kept as stored: ${why}`,
    ]);
  }
});

test("keptSentences gives twenty sentences, and how many more there are", () => {
  const kept = Array.from({ length: 23 }, (_, i) => {
    return { name: `t${i}`, reason: "unread", task: null } as const;
  });
  const sentences = keptSentences(kept);
  assert.deepEqual([sentences.length, sentences.at(-1)], [21, "3 more are kept as stored."]);
  assert.equal(keptSentences(kept.slice(0, 20)).length, 20);
});

test("countChanges tells of kept tasks only if there are any", () => {
  const counted = { add: [1], change: [], remove: [1, 2], keep: [] };
  assert.equal(countChanges(counted), "1 added, 0 changed, 2 removed");
  assert.equal(countChanges({ ...counted, keep: [1] }), "1 added, 0 changed, 2 removed, 1 kept");
});
