import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  decodeRecord,
  encodeRecord,
} from "../../../../functions/adapters/dynamodb/stored-record.ts";
import type { TaskRecord } from "../../../../functions/ports/state-store.ts";
import { INITIAL_STATE } from "../../../../shared/health/health.ts";

const RECORD: TaskRecord = {
  task: { name: "db", host: "db.example.com:5432", targetId: null, tags: {} },
  version: 3,
  state: INITIAL_STATE,
  pending: [],
  unrecorded: [],
  goneSinceMs: null,
};

const HELD = { told: "OK", by: "silence", sinceMs: 5, errorKind: null } as const;

function reread(record: TaskRecord): TaskRecord {
  return decodeRecord({ sk: record.task.name, ...encodeRecord(record) }).record;
}

describe("a stored task record", () => {
  it("keeps what its users were told", () => {
    assert.deepEqual(reread({ ...RECORD, alerting: { held: HELD } }).alerting, { held: HELD });
  });

  it("has no attribute of it while they know all, as that of an earlier version", () => {
    const item = encodeRecord({ ...RECORD, alerting: {} });
    assert.equal("alerting" in item, false);
    assert.deepEqual(reread(RECORD), RECORD);
  });

  it("is damaged if what was held can't be read", () => {
    const item = { sk: "db", ...encodeRecord(RECORD), alerting: '{"held":1}' };
    assert.throws(() => decodeRecord(item), /alerting\.held is damaged/);
  });
});
