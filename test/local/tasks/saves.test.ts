import assert from "node:assert/strict";
import { test } from "node:test";
import { firstSaves, type Sighting, takeLook } from "../../../local/tasks/saves.ts";

const UNREAD = "t.toml can't be read";

function seen(...parts: readonly string[]): Sighting {
  return sightingOf(parts.map((part, i) => [`${i}`, part]));
}

function sightingOf(parts: readonly (readonly [path: string, part: string])[]): Sighting {
  return new Map(
    parts.map(([path, part]) => [path, part.startsWith("t.toml") ? part : Buffer.from(part)]),
  );
}

/** The saves that a row of looks gives, each as its texts. */
function savesOf(first: Sighting, looks: readonly Sighting[]): string[] {
  let saves = firstSaves(first);
  return looks.flatMap((sighting) => {
    const look = takeLook(saves, sighting);
    saves = look.saves;
    return look.save === null ? [] : [...look.save.values()].map(String).join("+");
  });
}

test("takeLook takes as a save what two looks have in common and the last save did not", () => {
  const cases: readonly (readonly [what: string, looks: readonly string[], saves: string[]])[] = [
    ["a file that does not change", ["a", "a", "a"], []],
    ["a change, once", ["a", "b", "b", "b"], ["b"]],
    ["a change before the first look", ["b", "b"], ["b"]],
    ["a file that is being written", ["b", "bc", "bcd", "bcd"], ["bcd"]],
    ["a file that is empty for a moment", ["", "b", "b"], ["b"]],
    ["a file that stays empty", ["", "", ""], [""]],
    ["a change that is taken back at once", ["b", "a", "a"], []],
    ["a change that is taken back later", ["b", "b", "a", "a"], ["b", "a"]],
    ["a file that is replaced", [UNREAD, "b", "b"], ["b"]],
    ["a file that is gone and comes back", [UNREAD, UNREAD, UNREAD, "a", "a"], [UNREAD, "a"]],
  ];
  for (const [what, looks, saves] of cases) {
    assert.deepEqual(
      savesOf(
        seen("a"),
        looks.map((look) => seen(look)),
      ),
      saves,
      what,
    );
  }
});

test("takeLook waits for all of several files", () => {
  const looks = [seen("b", "a"), seen("b", "b"), seen("b", "b"), seen("b", UNREAD)];
  assert.deepEqual(savesOf(seen("a", "a"), looks), ["b+b"]);
});

test("takeLook takes files of a folder that come, go or are renamed for a save", () => {
  const first = sightingOf([["a", "1"]]);
  const more = sightingOf([
    ["a", "1"],
    ["b", "2"],
  ]);
  const other = sightingOf([["b", "1"]]);
  assert.deepEqual(savesOf(first, [more, more, first, first, other, other]), ["1+2", "1", "1"]);
});
