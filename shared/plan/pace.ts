/** The memory at which a function has one whole CPU. */
const MB_PER_CPU = 1_769;

/** Beyond half of its share of a CPU a throttled machine's timings get a tail. */
const CPU_SHARE_TO_USE = 0.5;

/** The fastest pace that was measured to hold on a whole CPU. */
const MOST_STARTS_PER_SECOND = 1_600;

/**
 * Connects a second that a function of this memory can start and still time truly. The seconds
 * of CPU that a paced check costs fall with the share, because stalls get rarer (measured).
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
