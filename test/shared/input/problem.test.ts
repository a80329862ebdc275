import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  noticeSentence,
  type Problem,
  problemSentence,
  showValue,
} from "../../../shared/input/problem.ts";

const problem: Problem = {
  file: "tasks.toml",
  task: "t1",
  field: "timeout_seconds",
  rule: "must be 1 to 30",
  value: 95,
};

const sentences: readonly [parts: Partial<Problem>, sentence: string][] = [
  [{}, 'tasks.toml: Task "t1": timeout_seconds must be 1 to 30, is 95'],
  [{ file: null }, 'Task "t1": timeout_seconds must be 1 to 30, is 95'],
  [{ task: null }, "tasks.toml: timeout_seconds must be 1 to 30, is 95"],
  [{ task: "#3" }, "tasks.toml: Task #3: timeout_seconds must be 1 to 30, is 95"],
  [{ task: 'say "hi"' }, 'tasks.toml: Task "say \\"hi\\"": timeout_seconds must be 1 to 30, is 95'],
  [{ field: "host", rule: "is required" }, 'tasks.toml: Task "t1": host is required'],
  [
    { file: "a\u001b[2J.toml" },
    'a\\u001b[2J.toml: Task "t1": timeout_seconds must be 1 to 30, is 95',
  ],
];

for (const [parts, sentence] of sentences) {
  test(`problemSentence says ${sentence}`, () => {
    assert.equal(problemSentence({ ...problem, ...parts }), sentence);
  });
}

test("noticeSentence begins as a problem does", () => {
  const notice = { file: "tasks.toml", task: "API", text: "skipped" };
  assert.equal(noticeSentence(notice), 'tasks.toml: Task "API": skipped');
});

const cyclic: unknown[] = [];
cyclic.push(cyclic);

const values: readonly [value: unknown, shown: string][] = [
  [undefined, "undefined"],
  [null, "null"],
  ["a\nb", '"a\\nb"'],
  [Number.NaN, "NaN"],
  [12345678901234567890n, "12345678901234567890"],
  [{ n: 5n }, '{"n":"5"}'],
  [new Set(["a"]), '["a"]'],
  [cyclic, "a value without a JSON form"],
  ["x".repeat(58), `"${"x".repeat(58)}"`],
  ["x".repeat(59), `"${"x".repeat(58)}…`],
  ["🗄".repeat(1_000), `"${"🗄".repeat(58)}…`],
];

for (const [value, shown] of values) {
  test(`showValue shows ${shown.slice(0, 30)}`, () => {
    assert.equal(showValue(value), shown);
  });
}

test("problemSentence never lets a control character or a turn of direction through", () => {
  const text = fc.string({ unit: "binary", maxLength: 30 });
  const odd = fc.oneof(text, fc.constantFrom("\u001b[31m", "\u009b31m", "\u202e", "\u2028", "\r"));
  fc.assert(
    fc.property(odd, odd, odd, (file, task, value) => {
      const sentence = problemSentence({ ...problem, file, task, value });
      assert.doesNotMatch(sentence, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

test("showValue looks at the beginning of a value only, whatever its size", () => {
  let looked = 0;
  const counting = new Proxy(
    Array.from({ length: 100_000 }, () => "x"),
    {
      get: (list, key) => {
        looked++;
        return Reflect.get(list, key);
      },
    },
  );
  const shown = `["x"${',"x"'.repeat(13)},"x…`;
  assert.equal(showValue(counting), shown);
  assert.ok(looked < 1_000, `${looked} times`);
  assert.equal(showValue({ [`${"k".repeat(100_000)}`]: 1 }), `{"${"k".repeat(57)}…`);
  assert.equal(showValue(new Uint8Array(400_000)), `[0${",0".repeat(28)},…`);
  assert.equal(showValue(JSON.parse('{"__proto__":1}')), '{"__proto__":1}');
  assert.equal(showValue([undefined, new Date(0)]), '[null,"1970-01-01T00:00:00.000Z"]');
});
