import { type Monitor, NEVER_MS, Pager, type Seen, Streak } from "./monitor.ts";

/** Regions that each turn after checks in a row; enough of them down are a page. */
export class StreakMonitor implements Monitor {
  readonly wakeAtMs = NEVER_MS;
  readonly #streaks: readonly Streak[];
  readonly #isDown: (downCount: number) => boolean;
  readonly #pager = new Pager();

  constructor(streaks: readonly Streak[], isDown: (downCount: number) => boolean) {
    this.#streaks = streaks;
    this.#isDown = isDown;
  }

  get notes() {
    return this.#pager.notes;
  }

  get isQuiet(): boolean {
    return !this.#pager.isOpen && this.#streaks.every((streak) => streak.isQuiet);
  }

  take({ region, passed, atMs }: Seen): void {
    this.#streaks[region]?.take(passed);
    this.#pager.tell(this.#isDown(this.#streaks.filter(({ isDown }) => isDown).length), atMs);
  }

  wake(): void {
    return;
  }
}

/** One streak for each of some places. */
export function streaksOf(count: number, failures: number, successes: number): Streak[] {
  return Array.from({ length: count }, () => new Streak(failures, successes));
}
