/** The memory at which a function has one whole CPU. */
export const WHOLE_CPU_MB = 1_769;

/** What a fleet's functions take for the memory of a region's probes that they were not told. */
export const UNTOLD_MEMORY_MB = 256;

/** If a throttled function uses more than half of its CPU share, some of its timings are too long. */
const CPU_SHARE_TO_USE = 0.5;

/** A TLS start takes the turns of so many plain ones: then 200 due at once are timed within 2 ms (bench/tls). */
export const TLS_STARTS = 9;

/** If a third of the targets takes five seconds not to answer, 800 sockets are open at this rate. */
export const MOST_CONNECTS_PER_SECOND = 480;

/**
 * The part of the pace that starts at random instants may ask for. Then a start waits for two others on
 * average, and one in a hundred for twelve (a queue with one server, M/D/1); at all of it the waiting
 * grows with the number of tasks, and at half of it the probe waits longer for nothing.
 */
export const SHARE_OF_PACE = 0.8;

/** The fastest pace that was measured to hold on a whole CPU. */
const MOST_STARTS_PER_SECOND = 1_600;

/** Up to this memory the pace grows with it, as measured; more memory never has a slower one. */
export const MEASURED_MB = 256;

/** How many connects a second a function of this memory can start and still time correctly. */
export function startsPerSecondFor(memoryMb: number): number {
  const measured = paceOf(Math.min(memoryMb, MEASURED_MB));
  return Math.min(MOST_STARTS_PER_SECOND, Math.max(measured, paceOf(memoryMb)));
}

function paceOf(memoryMb: number): number {
  const share = Math.min(1, memoryMb / WHOLE_CPU_MB);
  return (CPU_SHARE_TO_USE * share) / cpuSecondsPerCheck(memoryMb);
}

/**
 * So chosen that measured paces hold: at 373 starts a second on 7.2 % of a CPU, and at 746 on 14.5 % and
 * on 28.9 %, the p99 error of the connect time is about 0.05 ms, as it is at slower ones (decision 59).
 */
function cpuSecondsPerCheck(memoryMb: number): number {
  if (memoryMb <= MEASURED_MB) return 0.000097;
  return memoryMb <= 512 ? 0.00025 : 0.00015;
}
