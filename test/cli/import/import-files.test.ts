import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FORMATS } from "../../../cli/import/formats.ts";
import { importFiles } from "../../../cli/import/import-files.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { findPatternFault } from "../../../shared/pattern/pattern.ts";
import { fakeIo } from "../fake-io.ts";
import { FILES } from "./files.ts";

function run(...files: readonly (readonly [file: string, text: string])[]) {
  const texts = files.map(([file, text]) => ({ file, text }));
  return importFiles(texts, null, findPatternFault);
}

describe("importFiles", () => {
  for (const { name, files, tasks, refused = {}, others = {}, told = [] } of FILES) {
    it(`takes ${name}`, () => {
      const read = run(...files);
      assert.deepEqual(read.problems, []);
      assert.deepEqual(
        read.taken.map(({ task }) => task),
        tasks,
      );
      const reasons = read.refused.map(({ from, refusal }) => [from, refusal]);
      assert.deepEqual(Object.fromEntries(reasons), refused);
      assert.deepEqual(Object.fromEntries(read.others), others);
      const said = read.taken.flatMap(({ check }) => [...check.changed, ...check.lost]);
      for (const text of told)
        assert.ok(
          said.some((one) => one.includes(text)),
          `${text}: ${said}`,
        );
    });
  }

  it("names the line of a broken file, and reads the others", () => {
    const good = 'endpoints:\n  - {name: a, url: "tcp://a:1"}\n';
    const read = run(["bad.yaml", "endpoints:\n  - name: a\n bad"], ["good.yaml", good]);
    assert.match(read.problems[0]?.reason ?? "", /^line 3: it is not valid YAML: /);
    assert.equal(read.taken.length, 1);
    const script = run(["x.ts", "import 'checkly/constructs'\nnew TcpMonitor(\n"]);
    assert.match(script.problems[0]?.reason ?? "", /^line \d: it is not valid TypeScript: /);
    const proto = run(["x.cfg", 'probe {\n  name: "a"\n  type TCP\n  %\n}']);
    assert.match(proto.problems[0]?.reason ?? "", /^line 4: it is not valid textproto: "%"/);
    const jsonnet = run(["x.jsonnet", "{\n  probe: [\n}"]);
    assert.match(jsonnet.problems[0]?.reason ?? "", /^line 3: it is not valid jsonnet: /);
  });

  it("says of a file of Heartbeat that its monitors are elsewhere", () => {
    const text = "heartbeat.config.monitors:\n  path: monitors.d/*.yml\n";
    const { problems, notes } = run(["heartbeat.yml", text]);
    assert.deepEqual(problems, []);
    assert.match(notes[0]?.text ?? "", /in the files of monitors\.d\/\*\.yml are read if/);
  });

  it("takes no module of another exporter for one of blackbox_exporter", () => {
    const job = {
      job_name: "x",
      params: { module: ["if_mib"] },
      static_configs: [{ targets: ["a"] }],
    };
    const probes = { ...job, metrics_path: "/probe", params: { module: ["tcp_connect"] } };
    const jobs = { scrape_configs: [{ ...job, metrics_path: "/snmp" }, probes] };
    const { taken, refused, problems } = run(["prometheus.json", JSON.stringify(jobs)]);
    assert.deepEqual(problems, []);
    assert.equal(taken.length + refused.length, 1);
  });

  it("follows no loop without end, and tells each monitor that it leaves out", () => {
    const list = `[${Array(300).fill("1").join()}]`;
    const loops = `for (const a of ${list}) for (const b of ${list}) new TcpMonitor("m", {})`;
    assert.ok(run(["x.ts", loops]).refused.length > 0);
    const { refused } = run(["x.ts", "function f(a) { new TcpMonitor(a, a); f(a); f(a) }\nf(1)"]);
    assert.ok(refused.length < 10_000);
    assert.match(refused.at(-1)?.refusal ?? "", /it is made too often to be read/);
  });

  it("asks whose a file is that may be of two tools", () => {
    const text = JSON.stringify({ sites: [{ url: "a" }], endpoints: [{ url: "tcp://a:1" }] });
    const [problem] = run(["x.json", text]).problems;
    assert.match(problem?.reason ?? "", /may be of Gatus or Upptime: say which, by --format gatus/);
  });

  it("keeps names unique, and takes no key for a part of its own objects", () => {
    const text =
      '{"endpoints": [{"name": "a", "url": "tcp://a:1"}, {"name": "a", "url": "tcp://b:1"}, {"name": "p", "url": "tcp://p:1", "extra-labels": {"__proto__": "x"}}], "__proto__": {"x": 1}}';
    const { taken } = run(["x.json", text]);
    assert.deepEqual(
      taken.map(({ task }) => task.name),
      ["a", "a 2", "p"],
    );
    assert.deepEqual(taken[2]?.check.lost, ['the label "__proto__": it can\'t be a tag']);
    assert.equal(({} as { x?: unknown }).x, undefined);
  });

  it("bounds aliases and depth", () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefgh"]
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[i]}`).join(", ")}]`)
      .join("\n")}\nendpoints: *h\n`;
    const deep = "[".repeat(3_000);
    const doubled = `local a0 = "x";\n${Array.from({ length: 60 }, (_, i) => `local a${i + 1} = a${i} + a${i};`).join("\n")}\n{ probe: [{ name: a60, type: "TCP", targets: { host_names: a60 } }] }`;
    for (const [file, text] of [
      ["x.yaml", bomb],
      ["x.yaml", deep],
      ["x.json", deep],
      ["x.jsonnet", deep],
      ["x.jsonnet", "-".repeat(3_000)],
      ["x.ts", `new TcpMonitor(${deep})`],
      ["x.cfg", `probe { ${"a {".repeat(3_000)}`],
    ] as const) {
      assert.equal(run([file, text]).problems.length, 1, file);
    }
    assert.equal(run(["x.jsonnet", doubled]).refused.length, 1);
  });

  it("crashes on no content, and leaves out no check of it", () => {
    const keys = [
      "endpoints",
      "sites",
      "monitorList",
      "probe",
      "tcp",
      "urls",
      "inputs",
      "net_response",
      "heartbeat.monitors",
      "type",
      "kind",
      "url",
      "hosts",
      "ports",
      "name",
      "request",
      "check",
      "targets",
      "modules",
      "scrape_configs",
      "conditions",
      "alerts",
      "params",
      "module",
      "relabel_configs",
    ];
    const words = fc.constantFrom(
      "tcp",
      "TCP",
      "port",
      "tcp-ping",
      "tcp://a:1",
      "a:1",
      `\${X}`,
      "$1",
      "(",
      "tcp_connect",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        words,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.string(),
        tie("list"),
        tie("table"),
      ),
      list: fc.array(tie("value"), { maxLength: 3 }),
      table: fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie("value"), {
        maxKeys: 5,
      }),
    }));
    fc.assert(
      fc.property(value, (content) => {
        const text = JSON.stringify(content);
        for (const format of FORMATS.filter(({ languages }) => languages.includes("data"))) {
          const { taken, refused } = importFiles(
            [{ file: "x.json", text }],
            format,
            findPatternFault,
          );
          for (const { check } of taken) assert.equal(check.refusal, null);
          for (const check of refused) assert.notEqual(check.refusal, "");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("crashes on no text", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          "probe",
          "{",
          "}",
          "[",
          "]",
          "<",
          ">",
          ":",
          ",",
          ";",
          '"a"',
          "'",
          "|||",
          "\n",
          "local ",
          "a",
          "=",
          "+",
          "for ",
          "in ",
          "if ",
          "(",
          ")",
          "{{",
          "}}",
          "new TcpMonitor(",
          "\\",
          "/*",
          "function",
          "import ",
          "type: TCP",
          "1",
          "-",
        ),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        for (const file of ["x.cfg", "x.jsonnet", "x.yaml", "x.toml", "x"]) run([file, text]);
      }),
      { numRuns: 300 },
    );
    for (const text of [
      "new TcpMonitor()",
      "new TcpMonitor(...a)",
      "new TcpMonitor('a', b)",
      "const a = a; new TcpMonitor(a, a)",
      "new TcpMonitor('a', {request: {hostname: x + 1, port: 1}})",
    ]) {
      assert.equal(run(["x.ts", text]).refused.length, 1, text);
    }
  });
});

describe("synfleet import", () => {
  it("writes what tasks validate takes, once its variables are set", async (t) => {
    const dir = mkdtempSync(join(tmpdir(), "synfleet-import-"));
    t.after(() => rmSync(dir, { recursive: true }));
    const sources = FILES.flatMap(({ files }) => files);
    const paths = sources.map(([file, text], i) => {
      const path = join(dir, `${i}-${file}`);
      writeFileSync(path, text);
      return path;
    });
    const env = { HOST: "a", SECRET_HOST: "b", SECRET_PORT: "5" };
    for (const out of ["tasks.toml", "tasks.yaml", "tasks.json"].map((name) => join(dir, name))) {
      const io = fakeIo({ env });
      assert.equal(await runCli(["import", ...paths, "none.yaml", "--out", out], io), 1);
      assert.match(io.heard.out.join("\n"), /problem +none.yaml: Can't read none.yaml/);
      assert.match(readFileSync(out, "utf8"), /\$\{DB_HOST:-localhost\}/);
      const validate = fakeIo({ env });
      assert.equal(
        await runCli(["tasks", "validate", out], validate),
        0,
        validate.heard.out.join("\n"),
      );
      assert.equal(await runCli(["import", ...paths, "--out", out], fakeIo()), 3);
    }
  });

  it("lets no name of a file begin a line or steer a terminal", async () => {
    const name = "a\ntaken  b\u001b[31m";
    const text = JSON.stringify({ endpoints: [{ name, url: "tcp://a:1" }] });
    const io = fakeIo({ readStdin: async () => text });
    assert.equal(await runCli(["import", "-"], io), 0);
    assert.ok(io.heard.out.every((line) => !line.includes("\n") && !line.includes("\u001b")));
  });
});
