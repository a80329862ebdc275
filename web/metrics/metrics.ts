import type { FleetSources } from "../../functions/history/history.ts";
import type { EpochMs } from "../../shared/units.ts";
import { ErrorTally } from "./error-tally.ts";
import { metricsText } from "./metrics-text.ts";
import { otlpRequests } from "./otlp-requests.ts";
import { readFigures } from "./read-figures.ts";

/** The content type of `readMetrics`. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Reads a fleet's last known minute as Prometheus takes it. */
export async function readMetrics(sources: FleetSources, nowMs: EpochMs): Promise<string> {
  return metricsText(await readFigures(sources, nowMs));
}

/** The same for OpenTelemetry. It counts errors from its beginning on, so one is kept for a process. */
export class OtlpMetrics {
  readonly #sources: FleetSources;
  readonly #startedAtMs: EpochMs;
  readonly #tally = new ErrorTally();

  constructor(sources: FleetSources, startedAtMs: EpochMs) {
    this.#sources = sources;
    this.#startedAtMs = startedAtMs;
  }

  /** Reads the last known minute as bodies of requests; each is made when it is asked for. */
  async read(nowMs: EpochMs): Promise<Iterable<string>> {
    const figures = await readFigures(this.#sources, nowMs);
    const { judgedToMs } = figures.overview;
    const names = figures.tasks.map(({ name }) => name);
    if (judgedToMs !== null) await this.#tally.update(this.#sources, names, judgedToMs);
    const errors = this.#tally.samples();
    return otlpRequests({ figures, errors, startedAtMs: this.#startedAtMs, nowMs });
  }
}
