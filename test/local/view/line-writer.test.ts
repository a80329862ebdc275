import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createLineWriter,
  type LineWriterEvents,
  MAX_WAITING_BYTES,
  type WriteBytes,
} from "../../../local/view/line-writer.ts";

interface Call {
  readonly text: string;
  readonly done: Parameters<WriteBytes>[1];
}

/** A descriptor whose writes end when the test ends them. */
function slowDescriptor() {
  const calls: Call[] = [];
  const writeBytes: WriteBytes = (bytes, done) => {
    calls.push({ text: bytes.toString(), done });
  };
  return { calls, writeBytes };
}

function failWith(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

const neverGone: LineWriterEvents = {
  onGone: () => assert.fail("the reader is there"),
  onFailed: (error) => assert.fail(error),
  onWorked: () => undefined,
};

describe("createLineWriter", () => {
  test("collects lines during a write", async () => {
    const { calls, writeBytes } = slowDescriptor();
    const lines = createLineWriter(writeBytes, neverGone);
    for (const line of ["a", "b", "c"]) lines.write(line, "may");
    const drained = lines.drained();
    calls[0]?.done(null, 2);
    calls[1]?.done(null, 4);
    await drained;
    assert.deepEqual(
      calls.map(({ text }) => text),
      ["a\n", "b\nc\n"],
    );
  });

  test("continues an incomplete write", () => {
    const { calls, writeBytes } = slowDescriptor();
    createLineWriter(writeBytes, neverGone).write("hello", "must");
    calls[0]?.done(null, 2);
    assert.equal(calls[1]?.text, "llo\n");
  });

  test("tries again if the descriptor would block", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { calls, writeBytes } = slowDescriptor();
    createLineWriter(writeBytes, neverGone).write("a", "must");
    calls[0]?.done(failWith("EAGAIN"), 0);
    t.mock.timers.tick(100);
    assert.equal(calls[1]?.text, "a\n");
  });

  test("drops only lines that may be dropped while the reader sleeps", () => {
    const { writeBytes } = slowDescriptor();
    const lines = createLineWriter(writeBytes, neverGone);
    lines.write("x".repeat(MAX_WAITING_BYTES), "may");
    lines.write("result", "may");
    lines.write("alert", "must");
    lines.write("result", "may");
    assert.equal(lines.droppedCount, 2);
  });

  test("reports once that the reader is gone, and is drained then", async () => {
    const { calls, writeBytes } = slowDescriptor();
    let goneCount = 0;
    const onGone = (): void => {
      goneCount += 1;
    };
    const lines = createLineWriter(writeBytes, { ...neverGone, onGone });
    lines.write("a", "must");
    lines.write("b", "must");
    const drained = lines.drained();
    calls[0]?.done(failWith("EPIPE"), 0);
    await drained;
    lines.write("c", "must");
    await lines.drained();
    assert.deepEqual([goneCount, calls.length], [1, 1]);
  });

  for (const code of ["ENOSPC", "EIO", "EDQUOT"]) {
    test(`drops the lines of a write that fails with ${code}, and goes on with a new line`, async () => {
      const { calls, writeBytes } = slowDescriptor();
      const told: string[] = [];
      const lines = createLineWriter(writeBytes, {
        ...neverGone,
        onFailed: ({ message }) => told.push(message),
        onWorked: () => told.push("worked"),
      });
      lines.write("first", "must");
      lines.write("second", "must");
      lines.write("third", "must");
      calls[0]?.done(null, 2);
      calls[1]?.done(failWith(code), 0);
      const drained = lines.drained();
      calls[2]?.done(failWith(code), 0);
      await drained;
      assert.equal(lines.droppedCount, 3);
      lines.write("fourth", "must");
      assert.equal(calls[3]?.text, "\nfourth\n");
      calls[3]?.done(null, 8);
      assert.deepEqual(told, [code, code, "worked"]);
      lines.write("fifth", "must");
      assert.equal(calls[4]?.text, "fifth\n");
    });
  }
});
