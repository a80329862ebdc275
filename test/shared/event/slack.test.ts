import { strict as assert } from "node:assert";
import { test } from "node:test";
import { toSlack } from "../../../shared/event/slack.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["<!channel> <!here> <!everyone>", "&lt;!channel&gt; &lt;!here&gt; &lt;!everyone&gt;"],
  ["<@U012AB3CD> <#C024BE7LR>", "&lt;@U012AB3CD&gt; &lt;#C024BE7LR&gt;"],
  ["<http://evil.example|db> & co", "&lt;http://evil.example|db&gt; &amp; co"],
  ["&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"],
  ["plain `code` *bold*", "plain `code` *bold*"],
];

for (const [sentence, text] of CASES) {
  test(`toSlack shows ${sentence} and does nothing of it`, () => {
    assert.deepEqual(toSlack(sentence), { text });
  });
}
