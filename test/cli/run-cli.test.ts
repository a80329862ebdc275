import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "../../cli/commands/commands.ts";
import { runCli } from "../../cli/run-cli.ts";
import { fakeIo } from "./fake-io.ts";

test("runCli ends with 2, one sentence and the way to help for wrong usage", async () => {
  const cases: [string[], string, string][] = [
    [["chekc"], 'Unknown command "chekc". Did you mean "check"?', "synfleet --help"],
    [
      ["tasks", "aply"],
      'Unknown command "tasks aply". Did you mean "tasks apply"?',
      "synfleet --help",
    ],
    [["deploy"], 'Unknown command "deploy".', "synfleet --help"],
    [["tasks"], "tasks needs one of: validate, apply, list.", "synfleet --help"],
    [["--json"], "A command comes first, not --json.", "synfleet --help"],
    [["tasks", "validate"], "tasks validate needs FILE.", "synfleet tasks validate --help"],
    [["check"], "check needs HOST:PORT.", "synfleet check --help"],
    [["check", "--jsno"], "Unknown option --jsno. Did you mean --json?", "synfleet check --help"],
    [
      ["results", "t", "--limit", "0"],
      '--limit must be a whole number from 1 to 100000, is "0".',
      "synfleet results --help",
    ],
    [
      ["results", "t", "--since", "soon"],
      '--since must be an age like 90s, 15m, 1h or 7d, or an ISO time, is "soon".',
      "synfleet results --help",
    ],
    [
      ["alerts", "--limit", "x", "--data", "/nowhere"],
      '--limit must be a whole number from 1 to 100000, is "x".',
      "synfleet alerts --help",
    ],
    [["alerts", "--fleet", "x"], "--fleet goes with --aws only.", "synfleet alerts --help"],
  ];
  for (const [words, sentence, help] of cases) {
    const io = fakeIo();
    assert.equal(await runCli(words, io), 2, words.join(" "));
    assert.deepEqual(io.heard.error, [`synfleet: ${sentence}`, `Help: ${help}`]);
    assert.deepEqual(io.heard.out, []);
  }
});

test("runCli without a word shows help as an error", async () => {
  const io = fakeIo();
  assert.equal(await runCli([], io), 2);
  assert.match(io.heard.error.join("\n"), /Usage: synfleet COMMAND/);
});

test("runCli has help for every command, with its options", async () => {
  for (const { name, load } of COMMANDS) {
    const io = fakeIo();
    assert.equal(await runCli([...name.split(" "), "--help"], io), 0, name);
    const help = io.heard.out.join("\n");
    assert.ok(help.includes(`Usage: synfleet ${name}`), help);
    for (const option of Object.keys((await load()).options)) {
      assert.ok(help.includes(`--${option}`), `${name} --help is silent on --${option}`);
    }
    assert.match(help, /--json/, name);
  }
});

test("runCli help NAME is the same as NAME --help", async () => {
  const [asked, flagged] = [fakeIo(), fakeIo()];
  await runCli(["help", "tasks", "apply"], asked);
  await runCli(["tasks", "apply", "--help"], flagged);
  assert.deepEqual(asked.heard, flagged.heard);
});
