/** The memory at which a function has one whole CPU. */
export const WHOLE_CPU_MB = 1_769;

/** What a fleet's functions take for the memory of a region's probes that they were not told. */
export const UNTOLD_MEMORY_MB = 256;

/** If a throttled function uses more than half of its CPU share, some of its timings are too long. */
const CPU_SHARE_TO_USE = 0.5;

/** A TLS start takes the turns of so many plain ones: then 200 due at once are timed within 2 ms (bench/tls). */
export const TLS_STARTS = 9;

/** The fastest pace that was measured to hold on a whole CPU. */
const MOST_STARTS_PER_SECOND = 1_600;

/** Up to this memory the pace grows with it, as measured; more memory never has a slower one. */
const MEASURED_MB = 256;

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
 * So chosen that measured paces hold: 330 starts a second at 7.2 % of a CPU and 660 at 14.5 % keep the
 * p99 error of the connect time at about 0.05 ms, and 1,316 at 28.9 % do not (decision 59).
 */
function cpuSecondsPerCheck(memoryMb: number): number {
  if (memoryMb <= MEASURED_MB) return 0.00011;
  return memoryMb <= 512 ? 0.00025 : 0.00015;
}
