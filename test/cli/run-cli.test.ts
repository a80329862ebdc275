import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
    [["tasks"], "tasks needs one of: validate, apply, list, export.", "synfleet --help"],
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
    [
      ["cost", "--tasks", "-1"],
      '--tasks must be a whole number from 1 to 1000000, is "-1".',
      "synfleet cost --help",
    ],
    [
      ["alerts", "--aws", "--since", "-1"],
      '--since must be an age like 90s, 15m, 1h or 7d, or an ISO time, is "-1".',
      "synfleet alerts --help",
    ],
    [
      ["cost", "--tasks", "--json"],
      "--tasks needs a value; one that begins with a hyphen is written --tasks=VALUE.",
      "synfleet cost --help",
    ],
    [
      ["results", "t", "--since"],
      "--since needs a value; one that begins with a hyphen is written --since=VALUE.",
      "synfleet results --help",
    ],
    [
      ["check", "--", "--timeout", "-1"],
      'HOST:PORT must have a DNS name or an IP address as its host, is "--timeout".',
      "synfleet check --help",
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

test("runCli reads the task files of a folder with the variables of the environment", async () => {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-folder-"));
  const validate = async () => {
    const io = fakeIo({ env: { HOST: "192.0.2.1" } });
    return { code: await runCli(["tasks", "validate", dir], io), ...io.heard };
  };
  try {
    const empty = await validate();
    assert.equal(empty.code, 3);
    assert.match(empty.error[0] ?? "", /^synfleet: The folder .* has no task file: expected/);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of a task file
    const task = { name: "t", host: "${HOST}:22", schedule_seconds: "1m" };
    for (const name of ["a.json", ".b.json"])
      writeFileSync(join(dir, name), JSON.stringify([task]));
    writeFileSync(join(dir, "b.yaml"), JSON.stringify([{ ...task, name: "u", host: "192.0.2.1" }]));
    const { code, out } = await validate();
    assert.equal(code, 1);
    assert.match(out.join("\n"), /b\.yaml: Task "u": host must end in a port/);
    assert.equal(out.at(-1), "2 files: 1 good task, 1 problem, 1 notice.");
  } finally {
    rmSync(dir, { recursive: true });
  }
});
