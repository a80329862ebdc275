import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { EVERYTHING_ON, SMALL_FLEET, synthesize, TEN_REGIONS, VPC } from "./synthesize.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "synfleet-synth-"));
after(() => rmSync(folder, { recursive: true }));

/** No account, no credentials, no home directory; the network is nobody's to ask. */
const ENVIRONMENT = {
  PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}`,
  HOME: folder,
  NO_COLOR: "1",
  HTTPS_PROXY: "http://127.0.0.1:9",
  AWS_EC2_METADATA_DISABLED: "true",
};

function run(command: string, ...args: string[]) {
  return spawnSync(command, args, { cwd: ROOT, env: ENVIRONMENT, encoding: "utf8" });
}

/** Each region's stack is made alike; more would take longer and show no more. */
const REGIONS = TEN_REGIONS.slice(0, 3);

/** Runs the real CLI as a user does. */
function synth(output: string) {
  const fleet = JSON.stringify({ regions: REGIONS });
  const args = ["--quiet", "--output", join(folder, output), "--context", `fleet=${fleet}`];
  const result = run("cdk", "synth", ...args);
  assert.equal(result.status, 0, result.stderr);
}

/** Every template and every asset's name, which is its content's hash. */
function contentOf(output: string): Record<string, string> {
  const place = join(folder, output);
  const files = readdirSync(place).filter((name) => /\.template\.json$|^asset\./.test(name));
  return Object.fromEntries(
    files.map((name) => [
      name,
      name.startsWith("asset.") ? "" : readFileSync(join(place, name), "utf8"),
    ]),
  );
}

test("cdk synth makes the same templates and assets every time, with no one to ask", () => {
  synth("first");
  synth("second");
  const first = contentOf("first");
  assert.equal(Object.keys(first).length, REGIONS.length + 1 + 3);
  assert.deepEqual(contentOf("second"), first);
});

/** Python's linter is not a package of ours: where it is not installed, CI's run has to do. */
const hasLinter = spawnSync("cfn-lint", ["--version"]).status === 0;

/** cfn-lint's exit code has a bit for errors; warnings and remarks have others. */
const LINT_ERRORS = 2;

const FLEETS: Readonly<Record<string, object>> = {
  small: SMALL_FLEET,
  everything: EVERYTHING_ON,
  vpc: { regions: [{ name: "eu-west-1", vpc: VPC }] },
  away: { home: "eu-central-1", regions: ["us-east-1"] },
};

function writeTemplates([name, fleet]: [string, object]): string[] {
  return Object.entries(synthesize(fleet).templates).map(([stack, template]) => {
    const path = join(folder, `${name}-${stack}.json`);
    writeFileSync(path, JSON.stringify(template));
    return path;
  });
}

test("cfn-lint finds no error in any kind of fleet", { skip: !hasLinter }, () => {
  const paths = Object.entries(FLEETS).flatMap(writeTemplates);
  const { status, stdout } = spawnSync("cfn-lint", paths, { encoding: "utf8" });
  assert.equal((status ?? LINT_ERRORS) & LINT_ERRORS, 0, stdout);
});

test("cdk synth says everything that is wrong with a fleet, one line each, and no stack trace", () => {
  const fleet = JSON.stringify({ home: "moon", regions: [{ name: "us-east-1", shards: 0 }] });
  const { status, stderr } = run("cdk", "synth", "--quiet", "--context", `fleet=${fleet}`);
  assert.notEqual(status, 0);
  assert.match(
    stderr,
    /The fleet in cdk\.json can't be deployed:\n {2}- .*shards.*0\n {2}- .*moon.*\n/,
  );
  assert.doesNotMatch(stderr, /^\s+at /m);
});
