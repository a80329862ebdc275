import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DiskReport, diskReason } from "../../../local/disk/disk-report.ts";

const FULL = Object.assign(new Error("ENOSPC: no space left on device, write '/a, b: c'"), {
  code: "ENOSPC",
  syscall: "write",
});

function aReport() {
  const said: string[] = [];
  const clock = { nowMs: 1_000 };
  const report = new DiskReport({
    now: () => clock.nowMs,
    note: (sentence) => said.push(sentence),
    raise: (state, summary, sinceMs) => said.push(`${state} since ${sinceMs}: ${summary}`),
  });
  return { said, clock, report };
}

const LOG = "The log can't be kept: no space left on device. Checks and alerts go on.";

describe("DiskReport", () => {
  test("says each thing once, and raises one event for all of them", () => {
    const { said, clock, report } = aReport();
    report.worked("The log");
    for (let i = 0; i < 5; i++) report.failed("The log", FULL);
    report.failed("The data", "its folder was removed");
    assert.deepEqual(said.splice(0), [
      LOG,
      `raised since 1000: DISK: ${LOG}`,
      "The data can't be kept: its folder was removed. Checks and alerts go on.",
    ]);
    clock.nowMs += 60_000;
    report.worked("The data");
    report.worked("The data");
    assert.deepEqual(said.splice(0), ["The data can be kept again."]);
    report.worked("The log");
    assert.deepEqual(said, [
      "The log can be kept again.",
      "cleared since 1000: OK: The log can be kept again.",
    ]);
  });

  test("says that a thing can be kept again although the clock was set back meanwhile", () => {
    const { said, clock, report } = aReport();
    clock.nowMs = 7_200_000;
    report.failed("The log", FULL);
    clock.nowMs -= 3_600_000;
    report.worked("The log");
    assert.equal(said[2], "The log can be kept again.");
  });

  test("does not believe a disk at once that takes one thing and refuses the next", () => {
    const { said, clock, report } = aReport();
    for (let i = 0; i < 20; i++) {
      clock.nowMs += 1_000;
      report.failed("The log", FULL);
      clock.nowMs += 1_000;
      report.worked("The log");
    }
    assert.equal(said.length, 2);
    clock.nowMs += 3_000;
    report.worked("The log");
    assert.equal(said.length, 4);
  });
});

describe("diskReason", () => {
  const CASES: readonly (readonly [unknown, string])[] = [
    [FULL, "no space left on device"],
    [new Error("IO error: /a/000005.log: No space left on device"), "no space left on device"],
    [new Error("Failed", { cause: new Error("IO error: /a/LOCK: x") }), "x"],
    ["its folder was removed", "its folder was removed"],
  ];
  for (const [error, wanted] of CASES) {
    test(`says "${wanted}" of ${String(error)}`, () => assert.equal(diskReason(error), wanted));
  }
});
