import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  buildFunction,
  bundleOptions,
  lateFilesOf,
  writeBundle,
} from "../../../cdk/parts/bundle.ts";
import type { FunctionName } from "../../../shared/contract.ts";

/**
 * Half of each is the clients of AWS. What operators set needs a calendar, 33 KB, in plan and aggregate;
 * aggregate has all rules of alerts too, and the codecs of boards and packed hours, 24 KB; plan has the
 * parser of every field. Only probe, which runs in every region, must start in no time; 4 KB of it hand
 * a term's rest over to a message.
 */
const BUDGETS: readonly (readonly [FunctionName, number])[] = [
  ["plan", 385_000],
  ["probe", 311_000],
  ["aggregate", 532_000],
];

/** The SDK tries for it where a request is signed for several regions: none here is. */
const OPTIONAL_MODULES = ["@aws-sdk/signature-v4-crt"];

/** Beside the probe's code; its `package.json` says where. */
const LATE_NAMES = ["#phases", "#sync", "#asked"];

const OWN_LATE_NAMES: Readonly<Partial<Record<FunctionName, readonly string[]>>> = {
  probe: LATE_NAMES,
  aggregate: ["#dead-man"],
};

/** TLS, dialogues and what is around them: half of it is RE2. A clock is asked by little code. */
const LATE_BUDGETS = {
  "#pattern": 160_000,
  "#phases": 230_000,
  "#sync": 10_000,
  "#asked": 30_000,
  "#dead-man": 20_000,
} as const;

const folder = mkdtempSync(join(tmpdir(), "synfleet-bundle-test-"));
after(() => rmSync(folder, { recursive: true }));

function codeOf(name: FunctionName): Buffer {
  return Buffer.from(buildFunction(bundleOptions(name)));
}

for (const [name, budget] of BUDGETS) {
  const code = codeOf(name);

  test(`the ${name} bundle keeps to its budget of ${budget} bytes`, () => {
    assert.ok(code.length < budget, `it has ${code.length}`);
  });

  test(`the ${name} bundle is the same to the byte when it is built again`, () => {
    assert.deepEqual(codeOf(name), code);
  });

  test(`the ${name} bundle is one CommonJS file that loads nothing later and knows no place of its build`, () => {
    const text = code.toString();
    for (const trace of [/\bimport\(/, /\bimport\.meta\b/, /sourceMappingURL/])
      assert.equal(trace.exec(text)?.[0], undefined);
    assert.equal(text.includes(process.cwd()), false);
  });

  test(`the ${name} bundle needs Node's own modules only`, () => {
    const required = [...code.toString().matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id]) => id);
    assert.ok(required.includes("node:https"));
    const foreign = new Set(required.filter((id) => !isBuiltin(id)));
    for (const id of OPTIONAL_MODULES) foreign.delete(id);
    // plan loads its late file by a function that it makes itself.
    assert.deepEqual([...foreign], OWN_LATE_NAMES[name] ?? []);
  });

  test(`the ${name} bundle holds no clients for credentials that Lambda never hands out`, () => {
    const text = code.toString();
    assert.ok(text.includes("AWS_SECRET_ACCESS_KEY"));
    for (const operation of ["AssumeRoleWithWebIdentity", "GetRoleCredentials", "CreateToken"])
      assert.equal(text.includes(operation), false, operation);
  });
}

function isBuiltin(id: string | undefined): boolean {
  return id !== undefined && process.getBuiltinModule(id) !== undefined;
}

/** ELF's `e_machine`, at byte 18. */
const MACHINES = { arm64: 0xb7, x64: 0x3e } as const;

for (const architecture of ["arm64", "x64"] as const)
  test(`writeBundle puts the ${architecture} binary of the clock beside the probe's code`, () => {
    const place = join(folder, architecture);
    writeBundle("probe", place, architecture);
    assert.deepEqual(readdirSync(place).sort(), [
      "asked.js",
      "index.js",
      "koffi.node",
      "package.json",
      "phases.js",
      "sync.js",
    ]);
    const binary = readFileSync(join(place, "koffi.node"));
    assert.equal(binary.readUInt16LE(18), MACHINES[architecture]);
  });

for (const [name, late, entries] of [
  ["probe", "#phases", ["createPhaseProber", "startInLayers", "TermHolds", "openSecrets"]],
  ["probe", "#sync", ["ClockWatch"]],
  ["probe", "#asked", ["answerCheck"]],
  ["aggregate", "#dead-man", ["openDeadMan"]],
  ["plan", "#pattern", ["findPatternFault"]],
] as const)
  test(`writeBundle puts ${late} where ${name} looks for it, and nothing of it into its code`, () => {
    const place = join(folder, late);
    writeBundle(name, place, "arm64");
    const own = lateFilesOf(name).find((file) => file.name === late);
    assert.ok(own !== undefined);
    const load = createRequire(join(place, "index.js"));
    assert.equal(load.resolve(late), join(place, own.file));
    const text = buildText(own.options);
    assert.ok(text.length < LATE_BUDGETS[late], `it has ${text.length}`);
    const required = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id]) => id);
    assert.deepEqual(
      required.filter((id) => !isBuiltin(id)),
      [],
    );
    const main = buildText(bundleOptions(name));
    assert.match(main, new RegExp(late));
    for (const entry of entries) {
      assert.equal(typeof load(late)[entry], "function");
      assert.match(text, new RegExp(`${entry}:\\(\\)=>`));
      assert.doesNotMatch(main, new RegExp(`${entry}:\\(\\)=>`));
    }
  });

function buildText(options: ReturnType<typeof bundleOptions>): string {
  return Buffer.from(buildFunction(options)).toString();
}

test("writeBundle gives the functions at home their code, and plan the patterns that it may load", () => {
  const filesOf = (name: FunctionName) => {
    const place = join(folder, name);
    writeBundle(name, place, "arm64");
    return readdirSync(place).sort();
  };
  assert.deepEqual(filesOf("aggregate"), ["dead-man.js", "index.js", "package.json"]);
  assert.deepEqual(filesOf("plan"), ["index.js", "package.json", "pattern.js"]);
});

test("bundleOptions follows the order of loading that was measured", () => {
  const { format, mainFields, supported } = bundleOptions("probe");
  assert.deepEqual(
    { format, mainFields, supported },
    { format: "cjs", mainFields: ["module", "main"], supported: { "dynamic-import": false } },
  );
});
