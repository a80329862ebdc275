import type { DurationMs } from "../../../shared/units.ts";
import type { Clock } from "../timing/timing.ts";
import type { Network } from "./services.ts";

/** All connects of a check share its timeout, which runs from the first one. */
export class SharedTimeout {
  readonly #clock: Clock;
  /** On the monotonic clock; null until the first connect. */
  #endsMs: DurationMs | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a connect that begins now has no time left. */
  get isOver(): boolean {
    return this.#endsMs !== null && this.#endsMs - this.#clock.monotonic() < 1;
  }

  /** The same network, whose connects have what is left of the timeout; `dialled` is told of each. */
  bound(network: Network, dialled: () => void = () => undefined): Network {
    return {
      ...network,
      connect: (request, signal, listener) => {
        dialled();
        const timeoutMs = this.#leftOf(request.timeoutMs);
        network.connect({ ...request, timeoutMs }, signal, listener);
      },
    };
  }

  #leftOf(timeoutMs: DurationMs): DurationMs {
    const nowMs = this.#clock.monotonic();
    this.#endsMs ??= nowMs + timeoutMs;
    return Math.max(1, Math.min(timeoutMs, this.#endsMs - nowMs));
  }
}
