import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Changes, keptSentences } from "../functions/apply/apply.ts";
import { CHANNELS } from "../shared/contract.ts";
import { isAhead } from "../shared/slot/slot.ts";
import type { Summary } from "../shared/summary/summary.ts";
import type { TaskFile } from "../shared/task-file/task-file.ts";
import { type DurationMs, type EpochMs, SECOND_MS, startOfMinute } from "../shared/units.ts";
import { showCount } from "../terminal/count.ts";
import type { PagePlace } from "../web/server/place/page-place.ts";
import { type EmbeddedAws, startEmbeddedAws } from "./aws/embedded-aws.ts";
import { patiently } from "./aws/patience.ts";
import type { DiskReport } from "./disk/disk-report.ts";
import { createDiskReport } from "./disk-trouble.ts";
import { EventDelivery } from "./events/event-delivery.ts";
import { type EventRule, notifyTargets } from "./events/event-rules.ts";
import { AGGREGATE_OFFSET_MS, FleetRun } from "./fleet/fleet-run.ts";
import { type FleetWorkers, startFleetWorkers } from "./fleet/fleet-workers.ts";
import { openLogFile } from "./fleet/log-file.ts";
import { termsFor } from "./fleet/minute-schedule.ts";
import { LogNotes } from "./log-notes.ts";
import type { Notifier } from "./notify/notifier.ts";
import { startNotifier } from "./notify/start-notifier.ts";
import { OtlpThread } from "./otlp/otlp-thread.ts";
import { openRunPage, type RunPage } from "./page/run-page.ts";
import { openReload, type RunPart, standingBefore } from "./run-start.ts";
import { findingSentences } from "./tasks/task-source.ts";
import type { Board, SeenResult } from "./view/board.ts";
import type { StandingState } from "./view/standing.ts";

/** What a run is started with. */
export interface LocalSetup extends RunPart {
  readonly version: string;
  readonly firstTasks: TaskFile;
  readonly rules: readonly EventRule[];
  /** Where the page is; null without one. */
  readonly page: PagePlace | null;
  readonly board: Board;
  /** Shows what the disk can't keep. */
  readonly noteDisk: (sentence: string) => void;
}

/** Running checks, a flush and an aggregation that take longer than this are ended. */
const STOP_PATIENCE_MS: DurationMs = 5 * SECOND_MS;
/** What is not delivered after this stays on the disk. */
const DELIVERY_PATIENCE_MS: DurationMs = 2 * SECOND_MS;

/** A disk that hangs is left after this; what was acknowledged is with the operating system. */
const CLOSE_PATIENCE_MS: DurationMs = 5 * SECOND_MS;

/** A window with slots that no region has reported is closed 90 s after its end. */
const LAST_SUMMARY_PATIENCE_MS: DurationMs = 100 * SECOND_MS;
const LAST_SUMMARY_RETRY_MS: DurationMs = 5 * SECOND_MS;

/** Everything that `npm start` runs, from its start to its end. */
export class LocalRun {
  /** Is told what can't be written to the disk. */
  readonly disk: DiskReport;
  readonly #setup: LocalSetup;
  readonly #delivery: EventDelivery;
  readonly #notifier: Notifier;
  readonly #stopping = new AbortController();
  readonly #counts = { results: 0, summaries: 0, alerts: 0 };
  #aws: EmbeddedAws | null = null;
  #workers: FleetWorkers | null = null;
  #run: FleetRun | null = null;
  #page: RunPage | null = null;
  #otlp: OtlpThread | null = null;
  #isAnnounced = false;
  /** What the probes announce is shown after the start. */
  readonly #announced = Promise.withResolvers<void>();
  #summedUpToMs: EpochMs = 0;

  constructor(setup: LocalSetup) {
    this.#setup = setup;
    this.disk = createDiskReport({
      fleet: setup.options.fleet,
      bus: () => this.#aws?.bus ?? null,
      note: setup.noteDisk,
    });
    this.#notifier = startNotifier({
      dataDir: setup.options.dataDir,
      warn: setup.view.note,
      disk: this.disk,
      pageUrl: () => (this.#page === null ? null : new URL(this.#page.url).origin),
    });
    this.#delivery = new EventDelivery(setup.rules, {
      notify: (event, targets) => this.#notifier.add(event, targets),
      show: (event) => {
        this.#counts.alerts += 1;
        this.#afterStart(() => setup.view.alert(event));
      },
      warn: setup.view.note,
      disk: this.disk,
    });
  }

  /** Starts everything; resolves when the checks have begun. */
  async start(): Promise<void> {
    const { options, firstTasks, view, board } = this.#setup;
    const { fleet, dataDir } = options;
    view.starting(`Starting ${showCount(fleet.regions.length, "region")} …`);
    const aws = await startEmbeddedAws({
      dataDir,
      fleet,
      onEvent: async (event) => {
        await this.#delivery.deliver(event);
        this.#page?.takeEvent(event);
      },
      onInvocation: (invocation) => this.#run?.takeInvocation(invocation) ?? "full",
      warn: view.note,
      disk: this.disk,
    });
    this.#aws = aws;
    await this.#notifier.open(notifyTargets(this.#setup.rules));
    const standing = standingBefore(this.#setup, aws.client);
    const reload = openReload(this.#setup, {
      client: aws.client,
      plan: async (order) => (await this.#run?.planNow(order)) ?? false,
      route: (rules) => {
        this.#delivery.routeBy(rules);
        void this.#notifier.open(notifyTargets(rules));
      },
    });
    const [workers, changes, page] = await Promise.all([
      startFleetWorkers(fleet, aws.endpoints, this.#workerHooks()),
      patiently("The tasks are not stored yet", () => reload.applyFirst(firstTasks), {
        note: view.note,
        signal: this.#stopping.signal,
      }),
      this.#openPage(aws),
    ]);
    this.#workers = workers;
    this.#page = page;
    const termCount = options.minutes === null ? null : termsFor(options.minutes);
    const run = new FleetRun({
      fleet,
      client: aws.client,
      workers,
      termCount,
      note: view.note,
      onClocks: board.setClocks.bind(board),
      onPlanned: () => reload.showPlanned(),
    });
    this.#run = run;
    const [clocks] = await Promise.all([run.start(), this.#announceStart(changes, standing)]);
    board.setClocks(clocks);
    this.#page?.serve();
    reload.followSaves();
    this.#otlp = this.#openOtlp(aws);
  }

  #openOtlp({ endpoints }: EmbeddedAws): OtlpThread | null {
    const { options, view } = this.#setup;
    const { fleet, otlp: target } = options;
    const { database, accessKey } = endpoints;
    return target && new OtlpThread({ fleet, database, accessKey, target }, view.note);
  }

  async #openPage({ endpoints, tellPage }: EmbeddedAws): Promise<RunPage | null> {
    const { options, page: place, version, view } = this.#setup;
    if (place === null) return null;
    const { database, accessKey } = endpoints;
    const page = await openRunPage({
      ...{ fleet: options.fleet, database, accessKey, place, version },
      warn: view.note,
    });
    if (page !== null) tellPage(page.url);
    return page;
  }

  /** With `--minutes`: resolves when the checks have ended and every whole minute has its summary. */
  async finished(): Promise<void> {
    const run = this.#run;
    if (run === null) return;
    await run.checksEnded();
    const lastEndMs = startOfMinute(Date.now());
    const giveUpAtMs = performance.now() + LAST_SUMMARY_PATIENCE_MS;
    await this.#pause(lastEndMs + AGGREGATE_OFFSET_MS - Date.now());
    while (!this.#stopping.signal.aborted) {
      await run.aggregateNow();
      if (this.#summedUpToMs >= lastEndMs || performance.now() > giveUpAtMs) return;
      await this.#pause(LAST_SUMMARY_RETRY_MS);
    }
  }

  /** Ends everything in order, within some seconds. */
  async stop(reason: string): Promise<void> {
    this.#stopping.abort();
    this.#setup.source.close();
    await Promise.all([
      ...[this.#page?.close(), this.#otlp?.close()],
      within(STOP_PATIENCE_MS, this.#run?.stop()),
    ]);
    await this.#workers?.close();
    await within(DELIVERY_PATIENCE_MS, this.#delivery.settled());
    await within(DELIVERY_PATIENCE_MS, this.#notifier.settled());
    const left = this.#notifier.close();
    if (left > 0)
      this.#setup.view.note(`${showCount(left, "message")} will be sent after the next start.`);
    await within(CLOSE_PATIENCE_MS, this.#aws?.close());
    if (this.#isAnnounced) await this.#setup.view.stopped({ reason, ...this.#counts });
  }

  async #announceStart(changes: Changes, standing: Promise<StandingState[]>): Promise<void> {
    const { options, version, source, firstTasks, view } = this.#setup;
    const states = await standing;
    if (this.#stopping.signal.aborted) return;
    this.#isAnnounced = true;
    view.started({
      version,
      regions: options.fleet.regions.map(({ name }) => name),
      shards: options.fleet.regions[0]?.shards ?? 1,
      tasks: firstTasks.tasks,
      problems: findingSentences(firstTasks),
      dataDir: options.dataDir,
      tasksFile: source.name,
      pageUrl: this.#page?.url ?? null,
      states,
    });
    if (options.fleet.rateLimit === "disabled")
      view.note("One host may be checked as often as the tasks say: rate limits are disabled.");
    for (const sentence of keptSentences(changes.keep)) view.note(sentence);
    this.#announced.resolve();
  }

  #afterStart(show: () => void): void {
    void this.#announced.promise.then(show);
  }

  #workerHooks() {
    const { dataDir } = this.#setup.options;
    const log = openLogFile(join(dataDir, "log.jsonl"), this.disk);
    const notes = new LogNotes({ dataDir, note: this.#setup.view.note });
    // Who reads JSON takes a result for a fact, so it comes when no kill can undo it any more.
    const results = this.#setup.options.json ? CHANNELS.stored : CHANNELS.result;
    return {
      channels: [results, CHANNELS.summary],
      deadMan: this.#setup.options.deadMan,
      onAnnounced: (channel: string, messages: readonly unknown[]) => {
        if (channel === results) this.#takeResults(messages as readonly SeenResult[]);
        else this.#takeSummaries(messages as readonly Summary[]);
      },
      onOutput: (text: string) => {
        log.write(text);
        notes.take(text);
      },
      warn: this.#setup.view.note,
    };
  }

  #takeResults(results: readonly SeenResult[]): void {
    this.#counts.results += results.length;
    this.#afterStart(() => {
      for (const result of results) this.#setup.view.result(result);
    });
  }

  #takeSummaries(summaries: readonly Summary[]): void {
    this.#counts.summaries += summaries.length;
    this.#page?.poke();
    for (const summary of summaries) {
      // One that is ahead was made before the clock was set back.
      const heldMs = isAhead(this.#summedUpToMs, Date.now()) ? 0 : this.#summedUpToMs;
      this.#summedUpToMs = Math.max(heldMs, summary.periodEndMs);
      this.#afterStart(() => this.#setup.view.summary(summary));
    }
  }

  async #pause(ms: DurationMs): Promise<void> {
    const { signal } = this.#stopping;
    await sleep(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
  }
}

async function within(ms: DurationMs, work: Promise<unknown> | undefined): Promise<void> {
  const enough = new AbortController();
  const limit = sleep(ms, undefined, { signal: enough.signal }).catch(() => undefined);
  await Promise.race([work, limit]);
  enough.abort();
}
