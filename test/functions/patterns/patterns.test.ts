import assert from "node:assert/strict";
import { test } from "node:test";
import { findPatternFault } from "../../../functions/patterns/patterns.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { parseTask } from "../../../shared/task/task.ts";

const PLAIN = { name: "a", host: "192.0.2.1:22", schedule_seconds: 30 };

test("findPatternFault says of every pattern of a task what is wrong with it", () => {
  const raw = {
    ...PLAIN,
    dialogue: [{ reject: "^5(" }, { expect: "(?=2)" }, { expect: "^2" }],
    hold_seconds: 10,
    keepalive: { expect: "[a" },
    goodbye: [{ expect: "+" }],
  };
  const { problems } = parseTask(raw, { findPatternFault });
  assert.deepEqual(problems?.map(problemSentence), [
    `Task "a": dialogue[0].reject must be a regular expression in RE2's syntax (missing closing )), is "^5("`,
    `Task "a": dialogue[1].expect must be a regular expression in RE2's syntax (invalid or unsupported Perl syntax), is "(?=2)"`,
    `Task "a": keepalive.expect must be a regular expression in RE2's syntax (missing closing ]), is "[a"`,
    `Task "a": goodbye[0].expect must be a regular expression in RE2's syntax (missing argument to repetition operator), is "+"`,
  ]);
});

test("findPatternFault is asked for nothing by a task without patterns", () => {
  const refuse = () => {
    throw new Error("asked");
  };
  const raw = { ...PLAIN, tls: true, dialogue: [{ send: "a(" }], expect: "open" };
  assert.notEqual(parseTask(raw, { findPatternFault: refuse }).task, undefined);
});
