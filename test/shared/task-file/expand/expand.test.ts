// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of task files are what is tested
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse as parseToml } from "smol-toml";
import { stringify as toYaml } from "yaml";
import { problemSentence } from "../../../../shared/input/input.ts";
import { printTask } from "../../../../shared/task/task.ts";
import { readTaskFile } from "../../../../shared/task-file/task-file.ts";

const ENVIRONMENT = {
  PORT: "6379",
  STAGE: "prod",
  ODD: "${STAGE} {host}",
  EMPTY: "",
  ON: "false",
  WAIT: "90s",
  LIMIT: "12.5",
};

type Read = ReturnType<typeof readTaskFile>;

/** Reads the same content as TOML, YAML and JSON, which must say the same. */
function read(toml: string, environment: Readonly<Record<string, string>> = ENVIRONMENT): Read {
  const content = parseToml(toml);
  const texts = { toml, yaml: toYaml(content), json: JSON.stringify(content) };
  const [first, ...others] = Object.entries(texts).map(([ending, text]) =>
    readTaskFile(`f.${ending}`, text, { environment }),
  );
  assert.ok(first !== undefined);
  for (const { problems, ...rest } of others) {
    assert.deepEqual(problems.map(sentence), first.problems.map(sentence));
    assert.deepEqual({ ...rest, problems: [] }, { ...first, problems: [] });
  }
  return first;
}

function sentence(problem: Read["problems"][number]): string {
  return problemSentence({ ...problem, file: null });
}

/** The printed fields of the only task. */
function fieldsOf(toml: string): Record<string, unknown> {
  const { tasks, problems } = read(toml);
  assert.deepEqual(problems.map(sentence), []);
  assert.equal(tasks.length, 1);
  return tasks[0] === undefined ? {} : printTask(tasks[0]);
}

/** What is said of a file, and the names of its good tasks. */
function findings(toml: string): { said: string[]; names: string[] } {
  const { tasks, problems } = read(toml);
  return { said: problems.map(sentence), names: tasks.map(({ name }) => name) };
}

const TASK = '[[tasks]]\nname = "t"\nhost = "a.example:22"\nschedule_seconds = 60\n';
const OTHER = '[[tasks]]\nname = "u"\nhost = "b.example:22"\nschedule_seconds = 60\n';

describe("variables of the environment", () => {
  const filled: readonly (readonly [written: string, field: string, value: unknown])[] = [
    ['target_id = "db-${STAGE}"', "target_id", "db-prod"],
    ['target_id = "${NONE:-none}"', "target_id", "none"],
    ['target_id = "${EMPTY:-none}"', "target_id", "none"],
    ['target_id = "${STAGE:-none}"', "target_id", "prod"],
    ['target_id = "$${STAGE}"', "target_id", "${STAGE}"],
    ['target_id = "$STAGE {host} $$"', "target_id", "$STAGE {host} $$"],
    ['target_id = "${ODD}"', "target_id", "${STAGE} {host}"],
    ['timeout_seconds = "${EMPTY:-9}"\ntimeout = "${N:-7}"', "timeout_seconds", 7],
    ['hold_seconds = "${N:-1m}"', "hold_seconds", 60],
    ['read_timeout_seconds = "${N:-2.5}"', "read_timeout_seconds", 2.5],
    ['enabled = "${ON}"', "enabled", false],
    ['tls = "${N:-true}"\nregions = ["${STAGE}", "b"]', "regions", ["b", "prod"]],
    [
      'tags = { port_seconds = "${PORT}", on = "${ON}" }',
      "tags",
      { port_seconds: "6379", on: "false" },
    ],
    ['tls = { min_version = "${V:-1.2}" }', "tls", { min_version: "1.2" }],
    [
      'alert = { critical = { avg_connect_time_ms = "${LIMIT}" } }',
      "alert",
      { critical: { avg_connect_time_ms: 12.5 } },
    ],
  ];
  for (const [written, field, value] of filled) {
    it(`make of ${JSON.stringify(written)} ${JSON.stringify(value)}`, () => {
      const fields = fieldsOf(`${TASK}${written}\n`);
      if (field === "timeout_seconds") assert.equal(fields[field], value);
      else if (field === "tls") assert.match(JSON.stringify(fields[field]), /"min_version":"1.2"/);
      else assert.deepEqual(fields[field], value);
    });
  }

  it("fill a port and a part of a host, whose value is not looked at again", () => {
    const fields = fieldsOf(
      '[[tasks]]\nname = "${ODD}"\nhost = "redis.${STAGE}.example"\nport = "${PORT}"\nschedule_seconds = "${N:-1h30m}"\n',
    );
    assert.deepEqual(fields.name, "${STAGE} {host}");
    assert.deepEqual(fields.host, "redis.prod.example:6379");
    assert.deepEqual(fields.schedule_seconds, 5_400);
  });

  it("leave what is said on a connection as it is", () => {
    const talk = [
      { expect: "^(?P<STAGE>\\w+)\\r\\n" },
      { send: "AUTH ${secretsmanager:prod/redis} ${STAGE} $${STAGE}\\r\\n" },
    ];
    const text = JSON.stringify([
      {
        name: "t",
        host: "a.example:22",
        schedule_seconds: 60,
        dialogue: talk,
        hold_seconds: 9,
        keepalive: { send: "$${PORT}", every_seconds: "3s" },
        goodbye: [{ send: "$${PORT}" }],
      },
    ]);
    const { tasks, problems } = readTaskFile("f.json", text, { environment: ENVIRONMENT });
    assert.deepEqual(problems.map(sentence), []);
    const [task] = tasks;
    assert.deepEqual(
      task?.dialogue?.steps.map((step) => ("text" in step ? step.text : "")),
      ["", "AUTH ${secretsmanager:prod/redis} ${STAGE} $${STAGE}\r\n"],
    );
    assert.deepEqual(task?.hold?.keepalive, {
      everyMs: 3_000,
      steps: [{ kind: "send", text: "$${PORT}" }],
    });
    assert.deepEqual(task?.hold?.goodbye, [{ kind: "send", text: "$${PORT}" }]);
  });

  const faulty: readonly (readonly [written: string, said: string])[] = [
    ['target_id = "${NONE}"', "target_id needs the variable NONE, which is not set"],
    ['timeout_seconds = "${NONE}"', "timeout_seconds needs the variable NONE, which is not set"],
    ['tags = { "a b" = "x ${NONE}" }', 'tags."a b" needs the variable NONE, which is not set'],
    ['regions = ["a", "${NONE}"]', "regions[1] needs the variable NONE, which is not set"],
    ['target_id = "${toString}"', "target_id needs the variable toString, which is not set"],
    [
      'target_id = "${a-b}"',
      'target_id has a "${…}" that names no variable, as in "${NAME}" or "${NAME:-default}": write "$${" for a literal "${"',
    ],
    [
      'target_id = "${STAGE"',
      'target_id has a "${…}" that names no variable, as in "${NAME}" or "${NAME:-default}": write "$${" for a literal "${"',
    ],
  ];
  for (const [written, said] of faulty) {
    it(`that ${JSON.stringify(written)} lacks are one problem, and other tasks go on`, () => {
      assert.deepEqual(findings(`${TASK}${written}\n${OTHER}`), {
        said: [`Task "t": ${said}`],
        names: ["u"],
      });
    });
  }

  it("that a name lacks make its entry one that may be any task", () => {
    const { said } = findings(
      '[[tasks]]\nname = "${NONE}"\nhost = "a.example:22"\nschedule_seconds = 5\n',
    );
    assert.deepEqual(
      said,
      [
        "Task #1: name needs the variable NONE, which is not set",
        "Task #1: name is required",
      ].slice(0, 1),
    );
  });

  it("are filled in settings, and a missing one leaves out its entry alone", () => {
    const { settings, problems } = read(
      '[targets."db"]\nreminder_minutes = "${N:-2h}"\n[targets."web"]\nreminder_minutes = "${NONE}"\n[alerting]\nstorm_tasks = "${N:-7}"\n',
    );
    assert.deepEqual(settings.targets, { db: { reminderMs: 7_200_000 } });
    assert.deepEqual(settings.fleet, { stormTasks: 7 });
    assert.deepEqual(problems.map(sentence), [
      'Target "web": reminder_minutes needs the variable NONE, which is not set',
    ]);
  });

  it("are not looked for in items as DynamoDB stores them", () => {
    const Items = [
      { name: { S: "${STAGE}" }, host: { S: "a.example:22" }, schedule_seconds: { N: "5" } },
    ];
    const defaults = { timeout_seconds: 1 };
    const { tasks, problems } = readTaskFile("f.json", JSON.stringify({ Items, defaults }), {});
    assert.deepEqual(problems, []);
    assert.deepEqual([tasks[0]?.name, tasks[0]?.timeoutMs], ["${STAGE}", 5_000]);
  });
});

describe("durations", () => {
  const read: readonly (readonly [written: string, field: string, value: unknown])[] = [
    ['timeout_seconds = "30s"', "timeout_seconds", 30],
    ['timeout = "2000ms"', "timeout_seconds", 2],
    ['connect_timeout_seconds = "250ms"', "connect_timeout_seconds", 0.25],
    ['hold_seconds = "1m"', "hold_seconds", 60],
    [
      'retry = { max_attempts = 2, initial_backoff_ms = "1s" }',
      "retry",
      { max_attempts: 2, initial_backoff_ms: 1_000 },
    ],
    ['alert = { recheck_seconds = ["2s", 4, "6000ms"] }', "alert", { recheck_seconds: [2, 4, 6] }],
    ['alert = { reminder_minutes = "1d" }', "alert", { reminder_minutes: 1_440 }],
    ['tags = { wait_seconds = "30s" }', "tags", { wait_seconds: "30s" }],
    ['target_id = "30s"', "target_id", "30s"],
  ];
  for (const [written, field, value] of read) {
    it(`make of ${JSON.stringify(written)} ${JSON.stringify(value)}`, () => {
      assert.deepEqual(fieldsOf(`${TASK}${written}\n`)[field], value);
    });
  }

  const refused: readonly (readonly [written: string, said: string])[] = [
    ['timeout_seconds = "250ms"', 'timeout_seconds must be a whole number, is "250ms"'],
    ['timeout_seconds = "2m"', 'timeout_seconds must be 1 to 60, is "2m"'],
    ['timeout_seconds = "0s"', 'timeout_seconds must be 1 to 60, is "0s"'],
    ['timeout_seconds = "5 s"', 'timeout_seconds must be a whole number, is "5 s"'],
    ['timeout_seconds = "5"', 'timeout_seconds must be a whole number, is "5"'],
    ['timeout_seconds = "${WAIT}"', 'timeout_seconds must be 1 to 60, is "90s"'],
    [
      'tls = { expires_warning_days = "36h" }',
      'tls.expires_warning_days must be a whole number, is "36h"',
    ],
  ];
  for (const [written, said] of refused) {
    it(`refuse ${JSON.stringify(written)} as it is written`, () => {
      assert.deepEqual(findings(`${TASK}${written}\n`).said, [`Task "t": ${said}`]);
    });
  }
});

describe("defaults", () => {
  const DEFAULTS = `[defaults]
schedule_seconds = "30s"
timeout_seconds = 3
tags = { team = "core", stage = "\${STAGE}" }
tls = { expires_warning_days = 14, min_version = "1.3" }
alert = { failures = "3 of 5", critical = { failure_percent = 50, avg_connect_time_ms = 90 } }
`;

  it("are what a task has unless it sets it, tables field by field", () => {
    const { tls, ...fields } = fieldsOf(`${DEFAULTS}[[tasks]]
name = "t"
host = "a.example:22"
timeout = 2
tags = { team = "web" }
tls = { min_version = "1.2" }
alert = { failure_threshold = 9, critical = { avg_connect_time_ms = false } }
`);
    assert.deepEqual(fields, {
      name: "t",
      type: "tcp",
      host: "a.example:22",
      schedule_seconds: 30,
      timeout_seconds: 2,
      tags: { stage: "prod", team: "web" },
      alert: {
        critical: { avg_connect_time_ms: false, failure_percent: 50 },
        failure_threshold: 9,
      },
    });
    assert.match(JSON.stringify(tls), /"min_version":"1.2".*"expires_warning_days":14/);
  });

  it("give way to a value that is no table", () => {
    const fields = fieldsOf(
      `${DEFAULTS}[[tasks]]\nname = "t"\nhost = "a.example:22"\ntls = false\n`,
    );
    assert.equal(fields.tls, undefined);
  });

  it("that are wrong are told once, and a task that has its own goes on", () => {
    const wrong =
      '[defaults]\nschedule_seconds = 30\ntimeout_seconds = "95s"\ntags = { x = 1 }\nhost = "h"\ntimout = 3\n';
    const own =
      '[[tasks]]\nname = "own"\nhost = "a.example:22"\ntimeout_seconds = 2\ntags = { x = "1" }\n';
    const { said, names } = findings(`${wrong}${TASK}${OTHER}${own}`);
    assert.deepEqual(said, [
      "defaults.host can't be a default: each task has its own",
      'defaults.timeout_seconds must be 1 to 30, is "95s"',
      "defaults.tags.x must be text of at most 256 characters without control characters, is 1",
      'defaults.timout is not a field of a task (did you mean "timeout"?)',
    ]);
    assert.deepEqual(names, []);
    const good = findings(`${wrong.replace(/timout.*\n/, "")}${TASK}${own}`);
    assert.deepEqual(good.names, ["own"]);
  });

  it("that lack a variable are told once", () => {
    const { said, names } = findings(`[defaults]\ntarget_id = "\${NONE}"\n${TASK}${OTHER}`);
    assert.deepEqual(said, ["defaults.target_id needs the variable NONE, which is not set"]);
    assert.deepEqual(names, []);
  });

  it("that do not fit one task are told of that task", () => {
    const { said, names } = findings(
      `[defaults]\ntimeout_seconds = 30\n${TASK.replace("60", "10")}${OTHER}`,
    );
    assert.deepEqual(said, ['Task "t": defaults.timeout_seconds must be 1 to 10, is 30']);
    assert.deepEqual(names, ["u"]);
  });

  it("that are no table are one problem", () => {
    assert.deepEqual(findings(`defaults = 5\n${TASK}`), {
      said: ["defaults must be a table of fields, is 5"],
      names: ["t"],
    });
  });
});

describe("lists of hosts and ports", () => {
  const LIST = '[[tasks]]\nname = "{host} {port}"\nschedule_seconds = 60\n';

  it("make a task of each host with each port, by a template of names", () => {
    const { tasks, problems } = read(
      `[defaults.tags]\nwhere = "{host}"\n${LIST}hosts = ["a.example", "2001:db8::1", "\${STAGE}.example"]\nports = [22, "\${PORT}"]\ntarget_id = "of {host}"\n`,
    );
    assert.deepEqual(problems.map(sentence), []);
    assert.deepEqual(
      tasks.map(({ name, host, targetId, tags }) => [name, host, targetId, tags.where]),
      [
        ["a.example 22", "a.example:22", "of a.example", "a.example"],
        ["a.example 6379", "a.example:6379", "of a.example", "a.example"],
        ["2001:db8::1 22", "[2001:db8::1]:22", "of 2001:db8::1", "2001:db8::1"],
        ["2001:db8::1 6379", "[2001:db8::1]:6379", "of 2001:db8::1", "2001:db8::1"],
        ["prod.example 22", "prod.example:22", "of prod.example", "prod.example"],
        ["prod.example 6379", "prod.example:6379", "of prod.example", "prod.example"],
      ],
    );
  });

  const forms: readonly (readonly [written: string, names: readonly string[]])[] = [
    ['hosts = ["a.example:1", "b.example:2"]', ["a.example 1", "b.example 2"]],
    ['hosts = ["a.example", "b.example"]\nport = 7', ["a.example 7", "b.example 7"]],
    ['host = "a.example"\nports = [1, 2]', ["a.example 1", "a.example 2"]],
  ];
  for (const [written, names] of forms) {
    it(`read ${JSON.stringify(written)}`, () => {
      assert.deepEqual(findings(`${LIST}${written}\n`), { said: [], names });
    });
  }

  const wrong: readonly (readonly [written: string, said: string])[] = [
    ["hosts = []\nport = 1", "hosts must be a list of 1 to 1000 hosts, is []"],
    ['hosts = "a"\nport = 1', 'hosts must be a list of 1 to 1000 hosts, is "a"'],
    ['hosts = ["a"]\nhost = "b"', "hosts, host exclude each other"],
    ['host = "a"\nports = [1]\nport = 1', "ports, port exclude each other"],
    ['hosts = ["a", "${NONE}"]\nport = 1', "hosts[1] needs the variable NONE, which is not set"],
    [
      'hosts = ["a.example", "b.example", "a.example"]\nport = 1',
      'name gives "a.example 1" to 2 of its 3 tasks: use {host} and {port} in it, and each host and port once',
    ],
    [
      `hosts = [${Array.from({ length: 40 }, (_, i) => `"h${i}"`)}]\nports = [${Array.from({ length: 30 }, (_, i) => i + 1)}]`,
      "hosts and ports make 1200 tasks, more than 1000",
    ],
  ];
  for (const [written, said] of wrong) {
    it(`with ${written.slice(0, 50)} are one problem of an entry that may be any task`, () => {
      assert.deepEqual(findings(`${LIST}${written}\n${OTHER}`), {
        said: [`Task #1: ${said}`],
        names: ["u"],
      });
    });
  }

  it("have the problems of single targets, and the others go on", () => {
    assert.deepEqual(findings(`${LIST}hosts = ["a.example", "b..example"]\nport = 1\n`), {
      said: [
        'Task "b..example 1": host must have a DNS name or an IP address as its host, is "b..example"',
      ],
      names: ["a.example 1"],
    });
  });

  it("do not exist for stored items", () => {
    const item = { name: { S: "t" }, hosts: { L: [] }, schedule_seconds: { N: "5" } };
    const { problems } = readTaskFile("f.json", JSON.stringify(item));
    assert.match(problems.map(sentence).join("\n"), /hosts is not a field of a task/);
  });
});
