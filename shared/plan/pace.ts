/** The memory at which a function has one whole CPU. */
const MB_PER_CPU = 1_769;

/** If a throttled function uses more than half of its CPU share, some of its timings are too long. */
const CPU_SHARE_TO_USE = 0.5;

/** A TLS start takes the turns of so many plain ones: then 200 due at once are timed within 2 ms (bench/tls). */
export const TLS_STARTS = 9;

/** The fastest pace that was measured to hold on a whole CPU. */
const MOST_STARTS_PER_SECOND = 1_600;

/**
 * How many connects a second a function of this memory can start and still time correctly. With more
 * memory a paced check costs fewer seconds of CPU, because stalls are rarer (measured).
 */
export function startsPerSecondFor(memoryMb: number): number {
  const share = Math.min(1, memoryMb / MB_PER_CPU);
  return Math.min(
    MOST_STARTS_PER_SECOND,
    (CPU_SHARE_TO_USE * share) / cpuSecondsPerCheck(memoryMb),
  );
}

function cpuSecondsPerCheck(memoryMb: number): number {
  if (memoryMb <= 256) return 0.00035;
  return memoryMb <= 512 ? 0.00025 : 0.00015;
}
