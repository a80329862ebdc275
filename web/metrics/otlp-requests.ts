import type { EpochMs } from "../../shared/units.ts";
import type { Labels, Sample } from "./family.ts";
import { FAMILIES } from "./metrics-text.ts";
import type { FleetFigures } from "./read-figures.ts";

/** Collectors refuse requests that are too large; this many points are about a megabyte. */
const POINTS_AT_ONCE = 2_000;

/** A metric as OpenTelemetry has it, with its points. */
interface OtelMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** Its values are whole numbers. */
  readonly isWhole: boolean;
  /** It only grows, from `startedAtMs` on; else it is a gauge. */
  readonly isTotal: boolean;
  readonly samples: readonly Sample[];
}

/** What requests are made of. */
export interface OtlpGround {
  readonly figures: FleetFigures;
  /** Failed checks since `startedAtMs`. */
  readonly errors: readonly Sample[];
  readonly startedAtMs: EpochMs;
  readonly nowMs: EpochMs;
}

/**
 * The figures as bodies of OTLP/HTTP requests in JSON, one after the other.
 * Source: OpenTelemetry protocol 1.5, "OTLP/HTTP" and "JSON Protobuf Encoding".
 */
export function* otlpRequests(ground: OtlpGround): Generator<string> {
  let metrics: object[] = [];
  let count = 0;
  for (const metric of metricsOf(ground)) {
    for (let at = 0; at < metric.samples.length; ) {
      const samples = metric.samples.slice(at, at + POINTS_AT_ONCE - count);
      metrics.push(toOtlp({ ...metric, samples }, ground));
      at += samples.length;
      count += samples.length;
      if (count < POINTS_AT_ONCE) continue;
      yield bodyOf(ground.figures, metrics);
      metrics = [];
      count = 0;
    }
  }
  if (count > 0) yield bodyOf(ground.figures, metrics);
}

function metricsOf({ figures, errors }: OtlpGround): OtelMetric[] {
  const gauges = FAMILIES.flatMap(({ otel, help, samples }) =>
    otel === undefined
      ? []
      : { isWhole: false, ...otel, description: help, isTotal: false, samples: samples(figures) },
  );
  return [
    {
      name: "tcpcheck.duration",
      description: "The time from SYN to SYN-ACK of the newest check. Absent if it failed.",
      ...{ unit: "ms", isWhole: false, isTotal: false, samples: durationsOf(figures) },
    },
    {
      name: "tcpcheck.error",
      description: "Failed and uncounted checks since the start of the exporter.",
      ...{ unit: "{error}", isWhole: true, isTotal: true, samples: errors },
    },
    ...gauges,
  ];
}

function durationsOf({ newest, tasks }: FleetFigures): Sample[] {
  const groups = new Map(tasks.map(({ name, targetId }) => [name, targetId]));
  return newest.flatMap(({ region, checks }) =>
    [...checks].flatMap(([task, { host, connect_time_ms: value }]) => {
      const labels = { task, target: host, group: groups.get(task) ?? null, region };
      return value === null ? [] : { labels, value };
    }),
  );
}

function toOtlp(metric: OtelMetric, { startedAtMs, nowMs }: OtlpGround): object {
  const { name, description, unit, isWhole, isTotal, samples } = metric;
  const dataPoints = samples.map(({ labels, value }) => ({
    attributes: attributesOf(labels),
    ...(isTotal && { startTimeUnixNano: nanosecondsOf(startedAtMs) }),
    timeUnixNano: nanosecondsOf(nowMs),
    ...(isWhole ? { asInt: String(value) } : { asDouble: value }),
  }));
  const CUMULATIVE = 2;
  return isTotal
    ? {
        ...{ name, description, unit },
        sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints },
      }
    : { name, description, unit, gauge: { dataPoints } };
}

/** Integers of 64 bits are texts in this JSON. */
function nanosecondsOf(atMs: EpochMs): string {
  return `${BigInt(Math.round(atMs)) * 1_000_000n}`;
}

const NAMES: Readonly<Record<string, string>> = {
  target: "tcpcheck.endpoint",
  code: "error.code",
  kind: "synfleet.kind",
};

function attributesOf(labels: Labels): object[] {
  return Object.entries(labels).flatMap(([name, value]) =>
    value === null ? [] : attribute(NAMES[name] ?? `synfleet.${name}`, value),
  );
}

function attribute(key: string, value: string): object {
  return { key, value: { stringValue: value.toWellFormed() } };
}

function bodyOf({ version, overview }: FleetFigures, metrics: readonly object[]): string {
  const attributes = [
    attribute("service.name", "synfleet"),
    attribute("service.version", version),
    attribute("synfleet.fleet", overview.fleet),
  ];
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes },
        scopeMetrics: [{ scope: { name: "synfleet", version }, metrics }],
      },
    ],
  });
}
