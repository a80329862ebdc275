import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { helpPathOf, latencyBandOf, successBandOf } from "../../../shared/help/help.ts";
import { ERROR_KINDS, sentenceOfKind } from "../../../shared/result/result.ts";

const ROOT = new URL("../../../", import.meta.url);

function textOf(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

test("helpPathOf leads to an article for each error kind, and there is no other", () => {
  const articles = readdirSync(new URL("docs/troubleshooting/", ROOT)).sort();
  assert.deepEqual(articles, ERROR_KINDS.map((kind) => `${kind}.md`).sort());
  for (const kind of ERROR_KINDS) {
    assert.ok(existsSync(new URL(helpPathOf(kind, "folder"), ROOT)));
    assert.equal(helpPathOf(kind, "page"), `/help/${kind}`);
  }
});

const HEADINGS = ["Symptom", "Causes", "Commands to try", "In our results"];

for (const kind of ERROR_KINDS) {
  test(`the article of ${kind} has each part, and shows the result as it is said`, () => {
    const text = textOf(helpPathOf(kind, "folder"));
    const [head = "", ...parts] = text.split(/^## /m);
    assert.match(head, new RegExp(`^# \`${kind}\`\n\n\\S.*\n\n$`));
    assert.deepEqual(
      parts.map((part) => part.split("\n")[0]),
      HEADINGS,
    );
    const [, causes = "", commands = "", look = ""] = parts;
    assert.ok((causes.match(/^- \S/gm)?.length ?? 0) >= 2);
    assert.match(commands, /^```sh\n\S[\s\S]*\n```\n$/m);
    assert.ok(look.includes(sentenceOfKind(kind)), sentenceOfKind(kind));
    if (look.includes("help:")) assert.ok(look.includes(`help: ${helpPathOf(kind, "folder")}`));
  });
}

test("docs/troubleshooting.md names each article", () => {
  const index = textOf("docs/troubleshooting.md");
  for (const kind of ERROR_KINDS) assert.ok(index.includes(`(troubleshooting/${kind}.md)`), kind);
});

test("latencyBandOf says on each edge what a connect time usually means", () => {
  const edges: readonly (readonly [ms: number, name: string])[] = [
    [0, "near"],
    [0.999, "near"],
    [1, "local"],
    [9.999, "local"],
    [10, "regional"],
    [49.999, "regional"],
    [50, "internet"],
    [200, "internet"],
    [200.001, "slow"],
    [60_000, "slow"],
  ];
  for (const [ms, name] of edges) assert.equal(latencyBandOf(ms).name, name, String(ms));
});

test("successBandOf says on each edge what a success rate usually means", () => {
  const edges: readonly (readonly [percent: number, name: string])[] = [
    [100, "healthy"],
    [99.999, "glitches"],
    [95, "glitches"],
    [94.999, "unsteady"],
    [90, "unsteady"],
    [89.999, "failing"],
    [0.001, "failing"],
    [0, "down"],
  ];
  for (const [percent, name] of edges)
    assert.equal(successBandOf(percent).name, name, String(percent));
});

test("the sentences of all bands differ, and each is one line without a full stop", () => {
  const bands = [
    ...[0, 1, 10, 50, 201].map(latencyBandOf),
    ...[100, 95, 90, 50, 0].map(successBandOf),
  ];
  assert.equal(new Set(bands.map(({ sentence }) => sentence)).size, bands.length);
  for (const { sentence } of bands) assert.match(sentence, /^\S.*[^.]$/);
});
