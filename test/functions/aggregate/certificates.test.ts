import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { quietingEntry } from "../../../shared/alerting/operators/operators.ts";
import type { ProbeResult, ResultDetail } from "../../../shared/result/result.ts";
import { toAggMetric } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import { DAY_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { readEventSchemas } from "../../shared/event/event-schemas.ts";
import { minute, NOON, Rig } from "./rig.ts";

const schemas = readEventSchemas();

const TLS: Partial<Task> = {
  tls: { mode: "verified", verify: "subject_alt_name" },
  needs: ["tls"],
};

function detailOf(letter: string, days: number): ResultDetail {
  const certificate = {
    id: letter.repeat(16),
    fromMs: NOON - 100 * DAY_MS,
    untilMs: NOON + days * DAY_MS,
  };
  const link = {
    ...{ subject: `CN=${letter}`, issuer: "CN=CA", names: [letter], nameCount: 1, serial: "1" },
    ...{ fingerprint: "00", fromMs: 0, untilMs: 1, keyType: "EC", keyBits: 256 },
  };
  const certificateFacts = {
    protocol: "TLSv1.3",
    cipher: "X",
    alpn: null,
    chain: [link],
    fault: null,
  };
  return { certificate, certificateFacts };
}

/** From one minute to another a certificate is there. */
type Shown = readonly (readonly [fromMinute: number, letter: string, days: number])[];

function showing(shown: Shown): Rig["noted"] {
  return ({ tls }, _region, slotAtMs): Partial<ProbeResult> => {
    const [, letter, days] = shown.findLast(([from]) => slotAtMs >= minute(from)) ?? shown[0] ?? [];
    if (tls === undefined || letter === undefined || days === undefined) return {};
    const bytes = { sentBytes: 517, receivedBytes: 4_000 };
    return { tlsTimeMs: 20.5, retryCount: 1, ...bytes, detail: detailOf(letter, days) };
  };
}

async function rigOf(tasks: readonly Task[], shown: Shown): Promise<Rig> {
  const rig = new Rig(["eu", "us", "ap"]);
  await rig.plan(tasks);
  await rig.begin();
  rig.noted = showing(shown);
  return rig;
}

function detailsOf({ bus }: Rig): Record<string, unknown>[] {
  for (const { detailType, detail } of bus.published) {
    const validate = schemas.get(detailType);
    assert.ok(validate?.(JSON.parse(JSON.stringify(detail))), JSON.stringify(validate?.errors));
  }
  const told = bus.published.filter(({ detailType }) => detailType !== "Probe Fleet Heartbeat");
  return told.map(({ detail }) => ({ ...detail }));
}

describe("aggregateWindows with certificates", () => {
  it("tells of another certificate once, and alerts before its end", async () => {
    const rig = await rigOf(
      [aTask("a", TLS), aTask("plain")],
      [
        [0, "a", 200],
        [3, "b", 20],
        [6, "c", 200],
      ],
    );
    await rig.live(26);
    assert.deepEqual(rig.events, [
      ...["a: OK to WARNING", "a: certificate", "a: certificate", "a: WARNING to OK"],
    ]);
    const [warning, changed] = detailsOf(rig);
    assert.partialDeepStrictEqual(warning, {
      reason: "certificate_expires",
      certificate_days_left: 19,
      regions_breaching: 3,
    });
    assert.partialDeepStrictEqual(changed, {
      previous_certificate: { id: "a".repeat(16) },
      certificate: { id: "b".repeat(16), subject: "CN=b", key_bits: 256 },
      protocol: "TLSv1.3",
      sequence: 2,
    });
    const { records } = await rig.states.readRecords();
    assert.deepEqual(
      records.map(({ task }) => task.name),
      ["a"],
    );
  });

  it("summarises what TLS took, and nothing of a plain task", async () => {
    const rig = await rigOf([aTask("a", TLS), aTask("plain")], [[0, "a", 200]]);
    await rig.live(3);
    const [tls, plain] = ["a", "plain"].map((name) => rig.summaryOf(name, minute(1)));
    assert.ok(tls && plain);
    assert.partialDeepStrictEqual(toAggMetric(tls), {
      avg_tls_time_ms: 20.5,
      tls_count: 12,
      recovered_by_retry: 12,
      bytes_sent: 12 * 517,
      certificate_days_left: 199,
    });
    assert.ok(!("deep" in plain.overall));
    assert.ok(!("tls_count" in toAggMetric(plain)));
  });

  it("holds the news while the task is silenced, and makes up for none of it", async () => {
    const rig = await rigOf(
      [aTask("a", TLS)],
      [
        [0, "a", 200],
        [3, "b", 300],
      ],
    );
    const said = { id: "s1", by: "ann", reason: "renewal", createdAtMs: NOON, fromMs: NOON };
    const scope = { kind: "task", name: "a" } as const;
    const silence = { ...said, kind: "silence", scope, untilMs: minute(8) } as const;
    await rig.settings.putSettings([quietingEntry(silence)]);
    await rig.live(14);
    const changes = detailsOf(rig).filter(({ severity }) => severity === "info");
    assert.deepEqual(
      changes.map(({ suppressed_by }) => suppressed_by),
      ["silence"],
    );
  });

  it("makes of details that make no sense what a plain check says", async () => {
    const rig = await rigOf([aTask("a", TLS)], []);
    const odd = [
      { certificate: { id: 7, untilMs: "soon" }, failedPhase: {}, appeared: "x" },
      { certificate: { id: "a".repeat(16), fromMs: 0, untilMs: 1e300 }, later: [1] },
      { certificateFacts: { chain: [null] }, left: [{}] },
    ] as unknown as ResultDetail[];
    rig.noted = (_task, _region, slotAtMs) => ({
      detail: odd[((slotAtMs / 15_000) % 3) | 0] ?? null,
    });
    await rig.live(6);
    assert.deepEqual(rig.events, []);
    const summary = rig.summaryOf("a", minute(2));
    assert.equal(summary?.overall.successfulCount, 12);
    assert.ok(!("deep" in summary.overall));
  });
});
