import {
  existsSync,
  linkSync,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { CliError } from "../command/errors.ts";

/** Signals that end a process by default. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The signals of a process. */
export interface Signals {
  once(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
  readonly pid: number;
}

/**
 * A file that is written beside its place and takes it when it is whole. If the process is told to end
 * before, it leaves nothing.
 */
export class DraftFile {
  /** Where to write. */
  readonly draft: string;
  /** Who may read it: whoever could read the file that it replaces. */
  readonly mode: number;
  readonly #path: string;
  readonly #replaces: boolean;
  readonly #signals: Signals;
  readonly #listeners: ReadonlyMap<NodeJS.Signals, () => void>;

  /** Throws a CliError if there is no folder for the file, or if it is there and can't or must not be replaced. */
  constructor(path: string, replaces: boolean, signals: Signals = process) {
    checkPlace(path, replaces);
    // The file behind a link is replaced, and not the link.
    this.#path = existsSync(path) ? realpathSync(path) : path;
    this.#replaces = replaces;
    this.#signals = signals;
    this.mode = (statSync(this.#path, { throwIfNoEntry: false })?.mode ?? 0o666) & 0o777;
    this.draft = `${this.#path}.${signals.pid}.part`;
    rmSync(this.draft, { force: true });
    this.#listeners = new Map(SIGNALS.map((signal) => [signal, () => this.#end(signal)]));
    for (const [signal, listener] of this.#listeners) signals.once(signal, listener);
  }

  /** Puts the file in its place. */
  keep(): void {
    this.#forget();
    if (this.#replaces) {
      renameSync(this.draft, this.#path);
      return;
    }
    // A link, unlike a rename, does not replace what somebody else has put there meanwhile.
    try {
      linkSync(this.draft, this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw existsError(this.#path);
      renameSync(this.draft, this.#path);
      return;
    } finally {
      rmSync(this.draft, { force: true });
    }
  }

  /** Leaves nothing. */
  discard(): void {
    this.#forget();
    rmSync(this.draft, { force: true });
  }

  #forget(): void {
    for (const [signal, listener] of this.#listeners) this.#signals.off(signal, listener);
  }

  #end(signal: NodeJS.Signals): void {
    this.discard();
    this.#signals.kill(this.#signals.pid, signal);
  }
}

/** What is no file, e.g. a folder or a device, is never replaced: a rename would take its place. */
function checkPlace(path: string, replaces: boolean): void {
  if (!existsSync(dirname(path))) throw new CliError(`There is no folder ${dirname(path)}.`);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  if (!replaces) throw existsError(path);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new CliError(`${path} is not a file: name another one.`);
}

function existsError(path: string): CliError {
  return new CliError(`${path} is there already. Name another file, or replace it with --force.`);
}
