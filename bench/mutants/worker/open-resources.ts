const POLL_MS = 40;

/** So many looks in a row that find nothing open. */
const IDLE_LOOKS = 5;

/** What keeps this process alive: timers, sockets, files being read. */
export function openResources(): string {
  return process.getActiveResourcesInfo().sort().join(" ");
}

/**
 * Waits for a run; rejects when it waits for something that can't come any more, because nothing
 * but what was open before is open.
 */
export async function untilStuck<T>(run: Promise<T>, openBefore: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  let idleLooks = 0;
  const timer = setInterval(() => {
    idleLooks = openResources() === openBefore ? idleLooks + 1 : 0;
    if (idleLooks === IDLE_LOOKS) reject(new Error("it waits for what can't come any more"));
  }, POLL_MS).unref();
  try {
    return await Promise.race([run, promise]);
  } finally {
    clearInterval(timer);
  }
}
