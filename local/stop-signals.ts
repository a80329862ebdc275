/** Signals that ask for an orderly end. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm passes on the signal that the terminal has already sent to all: two so near are one. */
const SAME_WISH_MS = 500;

/** Calls `first` once; what comes later than right after it calls `again`. */
export function onStopSignals(first: (signal: string) => void, again: () => void): void {
  let firstAt: number | null = null;
  const listener = (signal: string): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      first(signal);
    } else if (now - firstAt > SAME_WISH_MS) again();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
}
