import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type EpochMs, SECOND_MS } from "../../shared/units.ts";
import { CHAOS_VARIABLE, type ChaosSetup } from "./control.ts";
import { LOCATION, REGIONS } from "./regions.ts";

const START = join(import.meta.dirname, "../../local/start.ts");
const PRELOAD = join(import.meta.dirname, "preload/preload.ts");

/** By the machine's clock. */
const END_WITHIN_MS = 20_000;

/** As many characters of what a fleet said last are told with its end. */
const LAST_WORDS = 1_000;

/** Where one fleet of a run has its files. */
export interface FleetPlace {
  readonly dataDir: string;
  readonly tasksFile: string;
  /** What the fleet says beside its results. */
  readonly errorsFile: string;
}

/** A local fleet in a process of its own, under the clock of the run, and what it printed. */
export class FleetProcess {
  readonly place: FleetPlace;
  /** The results that it has printed: their slots by their ids. */
  readonly printedResults = new Map<string, EpochMs>();
  /** It has printed the summaries of the minutes before this instant. */
  summarisedToMs: EpochMs = 0;
  /** How it ended, each time when nobody had told it to. */
  readonly ownEnds: string[] = [];
  /** How often it had to be killed because it did not end in time when it was asked to. */
  slowEnds = 0;
  readonly #setup: ChaosSetup;
  #child: ChildProcess | null = null;

  constructor(place: FleetPlace, setup: ChaosSetup) {
    this.place = place;
    this.#setup = setup;
  }

  /** Starts it; resolves when it says that it has begun. If it ends by itself, it is started again. */
  async start(): Promise<void> {
    const { dataDir, tasksFile, errorsFile } = this.place;
    const options = [
      "--json",
      "--no-page",
      "--no-rate-limit",
      "--tasks",
      tasksFile,
      "--data",
      dataDir,
      "--agents",
      LOCATION,
    ];
    const call = ["--import", PRELOAD, START, ...options, "--regions", REGIONS.join(",")];
    const child = spawn(process.execPath, call, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, [CHAOS_VARIABLE]: JSON.stringify(this.#setup) },
    });
    this.#child = child;
    let said = "";
    child.once("exit", (code, signal) => this.#afterEnd(child, `${code ?? signal}: ${said}`));
    child.stderr.on("data", (text) => {
      said = `${said}${text}`.slice(-LAST_WORDS);
      appendFileSync(errorsFile, text);
    });
    await new Promise<void>((begun) => {
      createInterface(child.stdout).on("line", (line) => this.#take(line, begun));
      child.once("exit", () => begun());
    });
  }

  /** Ends it by a signal, or kills it if that takes too long; resolves when it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    const late = setTimeout(() => {
      this.slowEnds += 1;
      child.kill("SIGKILL");
    }, END_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  /** Stops it where it stands, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  /** Reads nothing of its output for a time, or again. */
  listen(listens: boolean): void {
    if (listens) this.#child?.stdout?.resume();
    else this.#child?.stdout?.pause();
  }

  #take(line: string, begun: () => void): void {
    const { kind, id, scheduled_at, recheck, period_end } = JSON.parse(line);
    if (kind === "started") begun();
    if (kind === "summary")
      this.summarisedToMs = Math.max(this.summarisedToMs, period_end * SECOND_MS);
    if (kind === "result" && !recheck) this.printedResults.set(id, Date.parse(scheduled_at));
  }

  #afterEnd(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.ownEnds.push(how);
    void this.start();
  }
}
