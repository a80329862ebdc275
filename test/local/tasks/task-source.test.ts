// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a task file is tested
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { FileError } from "../../../local/tasks/file-error.ts";
import { fileSource, type Save, type TaskSource } from "../../../local/tasks/task-source.ts";

function entry(name: string): string {
  return `[[tasks]]\nname = "${name}"\nschedule_seconds = 5\nhost = "127.0.0.1:22"\n`;
}

const NOWHERE = { knownRegions: [], environment: {} };

/** What a save says: the names of its tasks, or why there are none. */
function wordsOf(save: Save): string {
  return typeof save === "string" ? save : save.tasks.map(({ name }) => name).join(",");
}

describe("fileSource", { timeout: 60_000 }, () => {
  let dir = "";
  let path = "";
  let source: TaskSource | null = null;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-source-"));
    path = join(dir, "t.toml");
    writeFileSync(path, entry("a"));
  });
  afterEach(() => {
    source?.close();
    rmSync(dir, { recursive: true });
  });

  /** Follows files from a first read; gives their next saves, one after the other. */
  function follow(...paths: readonly string[]): () => Promise<string> {
    const saves: string[] = [];
    let wake = (): void => undefined;
    const opened = fileSource(paths, {
      knownRegions: ["here"],
      environment: { HOST: "127.0.0.1" },
    });
    source = opened;
    opened.read();
    const watch = (): void =>
      opened.watch((save) => {
        saves.push(wordsOf(save));
        wake();
      });
    let isWatched = false;
    // The event loop must stay alive: the source itself does not keep it so.
    return async () => {
      if (!isWatched) watch();
      isWatched = true;
      const alive = setInterval(() => undefined, 1_000);
      while (saves.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      clearInterval(alive);
      return saves.shift() ?? "";
    };
  }

  test("takes a change between reading and watching, and one later", async () => {
    const nextSave = follow(path);
    writeFileSync(path, entry("b"));
    assert.equal(await nextSave(), "b");
    writeFileSync(path, entry("c"));
    assert.equal(await nextSave(), "c");
  });

  test("takes a file that an editor renames over the old one, of the same size and time", async () => {
    const nextSave = follow(path);
    const swap = join(dir, ".t.toml.swp");
    writeFileSync(swap, entry("b"));
    execFileSync("touch", ["-r", path, swap]);
    renameSync(swap, path);
    assert.equal(await nextSave(), "b");
  });

  test("takes a file that is deleted and created again, and says when it is gone for longer", async () => {
    const nextSave = follow(path);
    unlinkSync(path);
    assert.equal(await nextSave(), `${path} can't be read: there is no such file`);
    writeFileSync(path, entry("b"));
    assert.equal(await nextSave(), "b");
  });

  test("follows a link whose folder is replaced, as a mounted volume's is", async () => {
    for (const version of ["1", "2"]) {
      mkdirSync(join(dir, version));
      writeFileSync(join(dir, version, "t.toml"), entry(`v${version}`));
    }
    symlinkSync("1", join(dir, "..data"));
    const link = join(dir, "linked.toml");
    symlinkSync("..data/t.toml", link);
    const nextSave = follow(link);
    symlinkSync("2", join(dir, "..data_tmp"));
    renameSync(join(dir, "..data_tmp"), join(dir, "..data"));
    assert.equal(await nextSave(), "v2");
  });

  test("says that a file is emptied, or has become a folder", async () => {
    const nextSave = follow(path);
    writeFileSync(path, " \n");
    assert.equal(await nextSave(), `${path} is empty`);
    unlinkSync(path);
    mkdirSync(path);
    assert.match(await nextSave(), /^The folder .*t\.toml has no task file: expected \*\.toml/);
  });

  test("takes the tasks of all files, and a change of any", async () => {
    const other = join(dir, "u.yaml");
    writeFileSync(other, "tcp:\n  - { name: x, host: 127.0.0.1, port: 1 }\n");
    const nextSave = follow(path, other);
    assert.equal(source?.name, `${path}, ${other}`);
    writeFileSync(other, "tcp:\n  - { name: y, host: 127.0.0.1, port: 1 }\n");
    assert.equal(await nextSave(), "a,y");
    writeFileSync(other, "");
    assert.equal(await nextSave(), `${other} is empty`);
  });

  test("takes the files of a folder in order of their names, and follows those that come and go", async () => {
    for (const name of ["b.json", ".hidden.toml", "notes.txt"]) {
      writeFileSync(join(dir, name), '[{"name":"x","host":"127.0.0.1:1","schedule_seconds":5}]');
    }
    mkdirSync(join(dir, "folder.toml"));
    const nextSave = follow(dir);
    assert.equal(wordsOf(fileSource([dir], NOWHERE).read()), "x,a");
    writeFileSync(join(dir, "a.yml"), '- { name: y, host: "${HOST}:1" }\n');
    assert.equal(await nextSave(), "y,x,a");
    unlinkSync(join(dir, "b.json"));
    assert.equal(await nextSave(), "y,a");
    for (const name of ["a.yml", "t.toml"]) unlinkSync(join(dir, name));
    assert.match(await nextSave(), /^The folder .* has no task file/);
  });

  test("names the file of several that can't be read at the start", () => {
    const gone = join(dir, "gone.toml");
    assert.throws(
      () => fileSource([path, gone], NOWHERE).read(),
      new FileError(`${gone} can't be read: there is no such file`),
    );
    const empty = join(dir, "empty");
    mkdirSync(empty);
    assert.throws(
      () => fileSource([path, empty], NOWHERE).read(),
      new FileError(
        `The folder ${empty} has no task file: expected *.toml, *.yaml, *.yml or *.json`,
      ),
    );
  });
});
