import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { CHAOS_VARIABLE, type ChaosSetup } from "./control.ts";
import { LOCATION } from "./regions.ts";

const CLI = join(import.meta.dirname, "../../cli/synfleet.ts");
const PRELOAD = join(import.meta.dirname, "preload/preload.ts");

/** One that has ended is started again after this, by the machine's clock. */
const AGAIN_MS = 500;

/** Where one agent of a run has its files, and where the data of its fleet is. */
export interface AgentPlace {
  readonly homeDir: string;
  readonly dataDir: string;
  readonly errorsFile: string;
}

/** The agent of a fleet in a process of its own, under the clock of the run, and what it told. */
export class AgentProcess {
  /** How often it told each event. */
  readonly told = new Map<string, number>();
  /** How many of its results are not delivered, by what it told last. */
  waiting = 0;
  /** How it ended, each time when nobody had told it to. */
  readonly ownEnds: string[] = [];
  readonly #place: AgentPlace;
  readonly #setup: ChaosSetup;
  #child: ChildProcess | null = null;
  #isOver = false;

  constructor(place: AgentPlace, setup: ChaosSetup) {
    this.#place = place;
    this.#setup = setup;
  }

  /** Starts it; whenever it ends it is started again, as a service is, until it is stopped. */
  start(): void {
    const { homeDir, dataDir, errorsFile } = this.#place;
    const words = ["--location", LOCATION, "--local", homeDir, "--data", dataDir, "--json"];
    const child = spawn(process.execPath, ["--import", PRELOAD, CLI, "agent", ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, [CHAOS_VARIABLE]: JSON.stringify(this.#setup) },
    });
    this.#child = child;
    child.stderr.on("data", (text) => appendFileSync(errorsFile, text));
    createInterface(child.stdout).on("line", (line) => {
      const { event, waiting = this.waiting } = JSON.parse(line);
      this.told.set(event, (this.told.get(event) ?? 0) + 1);
      this.waiting = waiting;
      if (event !== "term") appendFileSync(errorsFile, `${line}\n`);
    });
    child.once("exit", (code, signal) => {
      if (signal !== "SIGKILL" && !this.#isOver) this.ownEnds.push(String(code));
      void this.#startAgain();
    });
  }

  /** Kills it where it stands. */
  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  /** Ends it for good; resolves when it has flushed what it had. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#isOver = true;
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async #startAgain(): Promise<void> {
    await sleep(AGAIN_MS);
    if (!this.#isOver) this.start();
  }
}
