import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { MINUTE_MS } from "../../../shared/units.ts";
import { METRICS_TYPE, readMetrics } from "../../../web/metrics/metrics.ts";
import { FAMILIES } from "../../../web/metrics/metrics-text.ts";
import { STALE_MS } from "../../../web/metrics/read-figures.ts";
import { HOSTILE, JUDGED_TO_MS, LOOK_MS, startMetricsFleet } from "./metrics-fleet.ts";

const HAS_PROMTOOL = spawnSync("promtool", ["--version"]).error === undefined;
const NO_PROMTOOL = HAS_PROMTOOL ? false : "promtool is not installed here";

function promtool(words: readonly string[], input: string) {
  const { status, stdout, stderr } = spawnSync("promtool", words, { input, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}`.trim() };
}

/** The values of one metric by its labels. */
function valuesOf(text: string, name: string): Record<string, number> {
  const lines = text.split("\n").filter((line) => line.replace(/[{ ].*/, "") === name);
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(name.length, at), Number(line.slice(at + 1))];
    }),
  );
}

const WEB = 'task="web",target="192.0.2.1:22",group="shop"';
const SLOW = 'task="slow",target="192.0.2.1:22"';
const ODD = `task="<script>alert(\\"1\\")</script>\\n\\\\ 😀 =1+1",target="192.0.2.1:22",group="a\\"b\\\\c\\nd"`;
const EU = 'region="eu-west-1"';
const US = 'region="us-east-1"';

test("readMetrics gives each figure in seconds, with the labels that tell its series", async () => {
  const text = await readMetrics(await startMetricsFleet(), LOOK_MS);
  const expected: Record<string, Record<string, number>> = {
    probe_success: {
      [`{${WEB},${EU}}`]: 0,
      [`{${WEB},${US}}`]: 1,
      [`{${ODD},${US}}`]: 1,
      // Checked so rarely that its newest minute speaks for it.
      [`{${SLOW},${EU}}`]: 1,
      [`{${SLOW},${US}}`]: 0,
    },
    probe_duration_seconds: {
      [`{${WEB},${US}}`]: 0.033845,
      [`{${ODD},${US}}`]: 0.013845,
      [`{${SLOW},${EU}}`]: 0.005,
    },
    probe_dns_lookup_time_seconds: {
      [`{${WEB},${EU}}`]: 0.0015,
      [`{${WEB},${US}}`]: 0.0015,
      [`{${ODD},${US}}`]: 0.0015,
    },
    probe_ssl_earliest_cert_expiry: { [`{${WEB}}`]: Date.UTC(2026, 1, 1) / 1_000 },
    synfleet_connect_time_average_seconds: {
      [`{${WEB},${EU}}`]: 0.01,
      [`{${WEB},${US}}`]: 0.265,
      [`{${SLOW},${EU}}`]: 0.005,
    },
    synfleet_connect_time_max_seconds: {
      [`{${WEB},${EU}}`]: 0.01,
      [`{${WEB},${US}}`]: 1,
      [`{${SLOW},${EU}}`]: 0.005,
    },
    synfleet_failed_checks: {
      [`{${WEB},${EU},kind="refused"}`]: 2,
      [`{${SLOW},${US},kind="refused"}`]: 1,
    },
    synfleet_failed_ratio: {
      [`{${WEB},${EU}}`]: (2 * 100) / 3 / 100,
      [`{${WEB},${US}}`]: 0,
      [`{${SLOW},${EU}}`]: 0,
      [`{${SLOW},${US}}`]: 1,
    },
    synfleet_syn_repeated_ratio: {
      [`{${WEB},${EU}}`]: 0,
      [`{${WEB},${US}}`]: 0.25,
      [`{${SLOW},${EU}}`]: 0,
    },
    synfleet_task_state_since_timestamp_seconds: { [`{${WEB}}`]: JUDGED_TO_MS / 1_000 - 90 },
    synfleet_region_missed_ratio: { [`{${EU}}`]: 4 / 8, [`{${US}}`]: 3 / 8 },
    synfleet_region_last_check_timestamp_seconds: {
      [`{${EU}}`]: JUDGED_TO_MS / 1_000 - 30 + 0.002,
      [`{${US}}`]: JUDGED_TO_MS / 1_000 - 45 + 0.002,
    },
    synfleet_region_start_lag_seconds: { [`{${EU}}`]: 0.002, [`{${US}}`]: 0.002 },
    synfleet_tasks: {
      '{standing="running"}': 3,
      '{standing="waiting"}': 0,
      '{standing="disabled"}': 1,
      '{standing="rejected"}': 0,
    },
    synfleet_group_healthy_targets: { '{group="shop"}': 0, '{group="a\\"b\\\\c\\nd"}': 1 },
    synfleet_judged_timestamp_seconds: { "": JUDGED_TO_MS / 1_000 },
  };
  for (const [name, values] of Object.entries(expected))
    assert.deepEqual(valuesOf(text, name), values, name);
  const states = valuesOf(text, "synfleet_task_state");
  const held = Object.entries(states).filter(([, value]) => value === 1);
  assert.deepEqual(held.map(([labels]) => labels).sort(), [
    `{${ODD},state="ok"}`,
    `{${SLOW},state="ok"}`,
    `{${WEB},state="critical"}`,
  ]);
  assert.equal(Object.keys(states).length, 12);
  assert.equal(valuesOf(text, "synfleet_region_down")[`{${WEB},${EU}}`], 1);
  assert.equal(valuesOf(text, "synfleet_region_down")[`{${WEB},${US}}`], 0);
  assert.match(METRICS_TYPE, /^text\/plain; version=0\.0\.4/);
  assert.equal(text.split(HOSTILE).length, 1);
});

test("readMetrics leaves out what is no longer fresh, and says since when", async () => {
  const fleet = await startMetricsFleet();
  const fresh = await readMetrics(fleet, JUDGED_TO_MS + STALE_MS);
  const stale = await readMetrics(fleet, JUDGED_TO_MS + STALE_MS + 1);
  assert.match(fresh, /task="web"/);
  assert.doesNotMatch(stale, /task=/);
  assert.deepEqual(valuesOf(stale, "synfleet_judged_timestamp_seconds"), {
    "": JUDGED_TO_MS / 1_000,
  });
  await fleet.progress.writeProgress({
    watermarkMs: JUDGED_TO_MS + 2 * MINUTE_MS,
    openWindows: [],
  });
  const later = await readMetrics(fleet, JUDGED_TO_MS + 4 * MINUTE_MS);
  assert.deepEqual(Object.keys(valuesOf(later, "synfleet_checks")), [
    `{${SLOW},${EU}}`,
    `{${SLOW},${US}}`,
  ]);
});

test("readMetrics goes on without a region that can't be read", async () => {
  const fleet = await startMetricsFleet();
  fleet.lose("eu-west-1", new Error("no route"));
  const text = await readMetrics(fleet, LOOK_MS);
  assert.deepEqual(valuesOf(text, "synfleet_region_readable"), { [`{${EU}}`]: 0, [`{${US}}`]: 1 });
  assert.equal(valuesOf(text, "probe_success")[`{${WEB},${US}}`], 1);
  assert.equal(valuesOf(text, "probe_success")[`{${WEB},${EU}}`], 0);
});

test("readMetrics is clean to promtool", { skip: NO_PROMTOOL }, async () => {
  const text = await readMetrics(await startMetricsFleet(), LOOK_MS);
  assert.deepEqual(promtool(["check", "metrics"], text), { status: 0, said: "" });
});

const GUIDE = readFileSync("docs/metrics.md", "utf8");

test("docs/metrics.md has every metric, with the help that the metric has", () => {
  const rows = [...GUIDE.matchAll(/^\| `((?:probe|synfleet)_\w+)` \|[^|]*\| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, name, help]) => [name, help]),
    FAMILIES.map(({ name, help }) => [name, help]),
  );
});

test("docs/metrics.md has alert rules that promtool takes", { skip: NO_PROMTOOL }, () => {
  const [, rules = ""] = /```yaml\n(groups:\n[\s\S]*?)```/.exec(GUIDE) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "synfleet-rules-"));
  const file = join(folder, "rules.yaml");
  writeFileSync(file, rules);
  const { status, said } = promtool(["check", "rules", file], "");
  rmSync(folder, { recursive: true });
  assert.match(said, /SUCCESS: \d+ rules found/);
  assert.equal(status, 0);
  assert.deepEqual(unknownNames(rules), []);
});

test("the Grafana dashboard asks for metrics that there are", () => {
  const dashboard = JSON.parse(readFileSync("docs/grafana/synfleet.json", "utf8"));
  const queries: string[] = dashboard.panels.flatMap(
    (panel: { targets?: { expr: string; datasource: { uid: string } }[] }) =>
      (panel.targets ?? []).map(({ expr, datasource }) => {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable
        assert.equal(datasource.uid, "${datasource}");
        return expr;
      }),
  );
  assert.ok(queries.length >= 8);
  for (const query of queries) {
    assert.match(query, /(?:probe|synfleet)_\w+/);
    assert.deepEqual(unknownNames(query), [], query);
  }
});

function unknownNames(text: string): string[] {
  const known = new Set(FAMILIES.map(({ name }) => name));
  const named = [...text.matchAll(/\b(?:probe|synfleet)_\w+/g)].map(([name]) => name);
  return named.filter((name) => !known.has(name));
}
