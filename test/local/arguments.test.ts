import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { ArgumentsError, parseArguments } from "../../local/arguments.ts";

function manyRegions(count: number): string {
  return Array.from({ length: count }, (_, i) => `r${i}`).join(",");
}

describe("parseArguments", () => {
  test("without arguments runs the example in three regions until stopped", () => {
    const options = parseArguments([]);
    assert.ok(options !== "help");
    const { fleet, ...others } = options;
    assert.deepEqual(others, {
      tasksFiles: [],
      rulesFile: null,
      dataDir: ".synfleet",
      minutes: null,
      json: false,
      page: { address: "127.0.0.1", port: 4_600, names: [], tokenFile: null },
      otlp: null,
      deadMan: null,
    });
    assert.equal(fleet.home, "eu-west-1");
    assert.deepEqual(
      fleet.regions.map(({ name, shards }) => [name, shards]),
      [
        ["eu-west-1", 1],
        ["us-east-1", 1],
        ["ap-southeast-2", 1],
      ],
    );
  });

  test("takes every option, in both spellings", () => {
    const argv = ["--tasks", "t.toml", "--regions=b, a", "--shards", "2", "--minutes=3", "--json"];
    const page = ["--listen", "0.0.0.0:8080", "--host=probes.example.com", "--token-file", "token"];
    const otlp = ["--otlp", "http://h", "--dead-man=https://hc-ping.com/x"];
    const options = parseArguments([...argv, ...page, ...otlp, "--data", "d", "--rules", "r.json"]);
    assert.ok(options !== "help");
    const { fleet, ...others } = options;
    assert.deepEqual(others, {
      tasksFiles: ["t.toml"],
      rulesFile: "r.json",
      dataDir: "d",
      minutes: 3,
      json: true,
      page: { address: "0.0.0.0", port: 8_080, names: ["probes.example.com"], tokenFile: "token" },
      otlp: { url: "http://h/v1/metrics", headers: {} },
      deadMan: "https://hc-ping.com/x",
    });
    assert.deepEqual([fleet.home, fleet.regions.map(({ name }) => name)], ["b", ["b", "a"]]);
    assert.deepEqual(new Set(fleet.regions.map(({ shards }) => shards)), new Set([2]));
  });

  test("takes both of two task files, and one that is named twice once", () => {
    const options = parseArguments(["--tasks", "a.toml", "--tasks=b.toml", "--tasks", "a.toml"]);
    assert.ok(options !== "help");
    assert.deepEqual(options.tasksFiles, ["a.toml", "b.toml"]);
  });

  test("takes the dead man from a file and from the environment, and shows no wrong one", () => {
    const placeOf = (option: string, SYNFLEET_DEAD_MAN?: string) => {
      const options = parseArguments(["--dead-man", option], { SYNFLEET_DEAD_MAN });
      return options !== "help" && options.deadMan;
    };
    assert.equal(placeOf("file:/run/url"), "file:/run/url");
    assert.equal(placeOf("env", "http://127.0.0.1:3001/push"), "http://127.0.0.1:3001/push");
    const RULE = "must be a URL with https (http on this machine only) or file:PATH";
    assert.throws(() => placeOf("http://secret.example"), {
      message: `--dead-man ${RULE}, or env`,
    });
    assert.throws(() => placeOf("env"), { message: `SYNFLEET_DEAD_MAN ${RULE}` });
  });

  test("takes forty regions", () => {
    const options = parseArguments(["--regions", manyRegions(40)]);
    assert.equal(options !== "help" && options.fleet.regions.length, 40);
  });

  for (const argv of [["--help"], ["-h"], ["--json", "--help"]]) {
    test(`gives help for ${argv.join(" ")}`, () => assert.equal(parseArguments(argv), "help"));
  }

  const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
    [["--task", "x"], /^Unknown option '--task'/],
    [["x"], /^Unexpected argument 'x'/],
    [
      ["--tasks"],
      /^--tasks needs a value; one that begins with a hyphen is written --tasks=VALUE.$/,
    ],
    [["--minutes", "-1"], /^--minutes must be a whole number from 1 to 1000000, is "-1"$/],
    [["--agents", "a,office"], /^--agents must be names of 2 to 32 .* AWS region's name, has "a"$/],
    [["--json=yes"], /^Option '--json' does not take an argument/],
    [["--minutes", "0"], /^--minutes must be a whole number from 1 to 1000000, is "0"$/],
    [["--minutes", "1.5"], /^--minutes must be .* is "1.5"$/],
    [["--shards", "101"], /^--shards must be a whole number from 1 to 100, is "101"$/],
    [["--regions", "a,,b"], /^--regions: The fleet can't be read: .*regions\[1\]\.name must be/],
    [["--regions", manyRegions(41)], /^--regions must name 1 to 40 regions, names 41$/],
    [["--regions", "a,a"], /^--regions: .*region "a" is named twice$/],
    [["--tasks="], /^--tasks must not be empty$/],
    [["--tasks=a", "--tasks="], /^--tasks must not be empty$/],
    [["--shards", "x", "--minutes", "y"], /^--shards must be .*\n--minutes must be .*$/],
  ];
  for (const [argv, message] of REFUSED) {
    test(`refuses ${argv.join(" ")}`, () => {
      assert.throws(
        () => parseArguments(argv),
        (error) => error instanceof ArgumentsError && message.test(error.message),
      );
    });
  }
});

describe("deploy/", () => {
  const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const unit = textOf("deploy/synfleet.service");
  const image = textOf("deploy/Dockerfile");

  test("starts the fleet with options that exist", () => {
    const [, line = ""] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
    const call = [...image.matchAll(/^(?:ENTRYPOINT|CMD) (\[.*\])$/gm)].flatMap(([, list = ""]) =>
      JSON.parse(list),
    );
    for (const [node, script, ...argv] of [line.split(" "), call]) {
      assert.match(node, /\/node_modules\/\.bin\/node$/);
      assert.equal(script, "local/start.ts");
      const options = parseArguments(argv);
      assert.ok(options !== "help");
      assert.equal(options.tasksFiles.length, 1);
      assert.notEqual(options.dataDir, ".synfleet");
    }
  });

  test("copies what is there, and all that the fleet imports", () => {
    const copied = [...image.matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap(([, names = ""]) =>
      names.split(" "),
    );
    for (const name of copied) {
      assert.ok(existsSync(new URL(`../../${name}`, import.meta.url)), name);
      const listed = textOf("deploy/Dockerfile.dockerignore").split("\n");
      assert.ok(listed.includes(`!${name}`), name);
    }
    for (const name of ["shared", "functions", "local", "terminal", "web", "cli"]) {
      assert.ok(copied.includes(name), name);
    }
  });
});
