import type { ClockReading } from "../../../shared/clock/clock.ts";
import type { ResolveHost } from "../dns/dns.ts";
import type { ClockWatch, WatchSetup } from "./clock-watch.ts";

/** The watch of a configured server; its code is loaded when it is followed first. */
export class LateClockWatch implements Pick<ClockWatch, "kiss" | "reading" | "follow"> {
  readonly #setup: WatchSetup;
  #watch: ClockWatch | null = null;

  constructor(setup: WatchSetup) {
    this.#setup = setup;
  }

  get kiss(): string | null {
    return this.#watch?.kiss ?? null;
  }

  reading(): ClockReading | null {
    return this.#watch?.reading() ?? null;
  }

  async follow(resolve: ResolveHost, signal: AbortSignal): Promise<void> {
    // A clock of which nothing is known disturbs no check, and the log has no figures of it.
    const code = await import("#sync").catch(() => null);
    if (code === null) return;
    this.#watch ??= new code.ClockWatch(this.#setup);
    await this.#watch.follow(resolve, signal);
  }
}
