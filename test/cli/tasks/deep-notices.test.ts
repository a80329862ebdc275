import assert from "node:assert/strict";
import { test } from "node:test";
import { deepNotices } from "../../../cli/tasks/deep-notices.ts";
import { parseTask } from "../../../shared/task/task.ts";
import { readTaskFile } from "../../../shared/task-file/task-file.ts";

const PERMISSIVE =
  'tls.mode "permissive" verifies nothing: any certificate passes, and what is wrong with it is only told';
const NO_NAME =
  'tls.verify "none" compares no name: a trusted certificate of any other host passes';
const old = (field: string, version: string) =>
  `tls.${field} "${version}" is a version that RFC 8996 forbids: use it only to watch an old server`;
const clear = (reference: string) =>
  `${reference} is sent without TLS, so that others can read it on the way`;
const SEND = { send: "AUTH \x24{ssm:/token}\\r\\n" };
const HELD = { hold_seconds: 5, keepalive: SEND, goodbye: [{ send: "\x24{ssm:bye}" }] };

const CASES: readonly (readonly [fields: object, texts: readonly string[]])[] = [
  [{}, []],
  [{ tls: true }, []],
  [{ tls: { mode: "permissive" } }, [PERMISSIVE]],
  [{ tls: { mode: "permissive", verify: "none" } }, [PERMISSIVE]],
  [{ tls: { verify: "none" } }, [NO_NAME]],
  [{ tls: { verify: "common_name", min_version: "1.2" } }, []],
  [
    { tls: { min_version: "1.0", max_version: "1.1" } },
    [old("min_version", "1.0"), old("max_version", "1.1")],
  ],
  [{ dialogue: [SEND, SEND] }, [clear("ssm:/token")]],
  [{ tls: true, dialogue: [SEND] }, []],
  [{ dialogue: [{ send: "a" }, { starttls: true }, SEND] }, []],
  [{ dialogue: [SEND, { starttls: true }] }, [clear("ssm:/token")]],
  [HELD, [clear("ssm:/token"), clear("ssm:bye")]],
  [{ tls: { starttls: "smtp" }, ...HELD }, []],
  [{ hold_seconds: 5, address_mode: "any" }, []],
  [
    { hold_seconds: 5, address_mode: "each" },
    ['hold_seconds is ignored with address_mode "each": no connection is held'],
  ],
  [{ tls_timeout_seconds: 1 }, ["tls_timeout_seconds is ignored: the task has no tls"]],
  [{ tls: true, tls_timeout_seconds: 1, read_timeout_seconds: 1 }, []],
  [{ greeting: "ssh", dialogue_timeout_seconds: 1, read_timeout_seconds: 1 }, []],
  [
    { dialogue_timeout_seconds: 1, read_timeout_seconds: 1 },
    [
      "dialogue_timeout_seconds is ignored: the task has no greeting and no dialogue",
      "read_timeout_seconds is ignored: the task waits for no answer",
    ],
  ],
];

for (const [fields, texts] of CASES)
  test(`deepNotices of ${JSON.stringify(fields)}`, () => {
    const { task } = parseTask({
      name: "t",
      host: "example.com:443",
      schedule_seconds: 60,
      ...fields,
    });
    assert.ok(task);
    assert.deepEqual(
      deepNotices([task], "a.toml"),
      texts.map((text) => ({ file: "a.toml", task: "t", text })),
    );
  });

for (const mode of ["none", "development", "legacy"])
  test(`readTaskFile gives a notice of the mode ${mode}, which uses no TLS`, () => {
    const task = { name: "t", host: "example.com:443", schedule_seconds: 60, tls: { mode } };
    const { notices, problems, tasks } = readTaskFile("a.json", JSON.stringify([task]));
    const text = `tls.mode "${mode}" uses no TLS: nothing is encrypted or verified`;
    assert.deepEqual(notices, [{ file: "a.json", task: "t", text }]);
    assert.deepEqual([problems, tasks[0]?.tls], [[], undefined]);
  });
