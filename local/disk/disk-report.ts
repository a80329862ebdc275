import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";

/** Is told whether something could be written to the disk, by its name in sentences. */
export interface DiskWatch {
  readonly failed: (what: string, error: unknown) => void;
  readonly worked: (what: string) => void;
}

/** How the report reaches people. */
export interface DiskReportServices {
  readonly now: () => EpochMs;
  readonly note: (sentence: string) => void;
  /** Raises the event that the disk fails, or that it keeps everything again. */
  readonly raise: (state: "raised" | "cleared", summary: string, sinceMs: EpochMs) => unknown;
}

/** What failed so shortly ago is not yet said to work again: a disk that is nearly full does both. */
const CALM_MS: DurationMs = 4 * SECOND_MS;

/** Says once what the disk can't keep, and once that it can again; one event for all of it. */
export class DiskReport implements DiskWatch {
  readonly #services: DiskReportServices;
  /** When each thing that can't be kept failed last. */
  readonly #failing = new Map<string, EpochMs>();
  #sinceMs: EpochMs = 0;

  constructor(services: DiskReportServices) {
    this.#services = services;
  }

  readonly failed = (what: string, error: unknown): void => {
    const nowMs = this.#services.now();
    const isKnown = this.#failing.has(what);
    this.#failing.set(what, nowMs);
    if (isKnown) return;
    const sentence = `${what} can't be kept: ${diskReason(error)}. Checks and alerts go on.`;
    this.#services.note(sentence);
    if (this.#failing.size > 1) return;
    this.#sinceMs = nowMs;
    this.#services.raise("raised", `DISK: ${sentence}`, nowMs);
  };

  readonly worked = (what: string): void => {
    const failedAtMs = this.#failing.get(what);
    if (failedAtMs === undefined) return;
    // A clock that was set back meanwhile tells nothing of how calm it is.
    if (Math.abs(this.#services.now() - failedAtMs) < CALM_MS) return;
    this.#failing.delete(what);
    const sentence = `${what} can be kept again.`;
    this.#services.note(sentence);
    if (this.#failing.size === 0) this.#services.raise("cleared", `OK: ${sentence}`, this.#sinceMs);
  };
}

/** Why the disk failed, in the words of the system: what Node and LevelDB say beside code, call and path. */
export function diskReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return diskReason(error.cause);
  const isNode = "syscall" in error && "code" in error;
  const said = isNode ? error.message.split(", ")[0] : error.message;
  const words = said?.split(": ").at(-1) ?? "";
  return words.charAt(0).toLowerCase() + words.slice(1);
}
