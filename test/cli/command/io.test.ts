import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, test } from "node:test";
import { processIo } from "../../../cli/command/io.ts";
import { paint } from "../../../terminal/paint.ts";

/** An output that keeps what is written to it. */
class FakeOutput extends EventEmitter {
  readonly isTTY: boolean;
  written = "";

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.written += text;
  }
}

function fakeOutputs(stdoutIsTerminal: boolean, stderrIsTerminal: boolean, env = {}) {
  const stdout = new FakeOutput(stdoutIsTerminal);
  const stderr = new FakeOutput(stderrIsTerminal);
  const outputs = Object.assign(new EventEmitter(), { stdout, stderr, env, exitCode: 0 });
  return { stdout, stderr, outputs, io: processIo(outputs) };
}

describe("processIo", () => {
  const CASES: readonly [
    stdout: boolean,
    stderr: boolean,
    env: object,
    colours: boolean,
    red: boolean,
  ][] = [
    [true, true, {}, true, true],
    [true, false, {}, true, false],
    [false, true, {}, false, false],
    [false, false, {}, false, false],
    [true, true, { NO_COLOR: "1" }, false, false],
  ];
  for (const [out, error, env, colours, red] of CASES) {
    const name = `standard output ${out ? "on" : "off"} a terminal, standard error ${error ? "on" : "off"} one, ${JSON.stringify(env)}`;
    test(`paints standard error only if both may have colours: ${name}`, () => {
      const { stderr, io } = fakeOutputs(out, error, env);
      assert.equal(io.colours, colours);
      io.error(paint("no", "red", io.colours));
      assert.equal(stderr.written, red ? "\u001b[31mno\u001b[0m\n" : "no\n");
    });
  }

  test("does not fail when the reader of standard output is gone, and reports it", () => {
    const { stdout, io } = fakeOutputs(false, false);
    assert.equal(io.isHeard(), true);
    stdout.emit("error", Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
    assert.equal(io.isHeard(), false);
  });

  test("tells once that standard output can't be written, goes on, and fails at the end", () => {
    const { stdout, stderr, outputs, io } = fakeOutputs(false, false);
    const fault = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    stdout.emit("error", fault);
    stdout.emit("error", fault);
    assert.equal(
      stderr.written,
      "synfleet: Standard output can't be written: no space left on device.\n",
    );
    assert.equal(io.isHeard(), false);
    outputs.emit("exit");
    assert.equal(outputs.exitCode, 3);
  });

  test("throws any other fault of standard error on", () => {
    const { stderr, io } = fakeOutputs(false, false);
    const fault = Object.assign(new Error("disk full"), { code: "ENOSPC" });
    assert.throws(() => stderr.emit("error", fault), fault);
    assert.equal(io.isHeard(), true);
  });
});
