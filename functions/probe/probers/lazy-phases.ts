import type { Prober, ProberTools } from "./prober.ts";

/**
 * Loads what a check beyond the plain one needs when the first such check comes: TLS and regular
 * expressions cost a shard without such tasks neither time nor memory.
 */
export function lazyPhases(tools: ProberTools): Prober {
  let loading: Promise<Prober> | null = null;
  return async (connection, check) => {
    loading ??= import("#phases").then(({ createPhaseProber }) => createPhaseProber(tools));
    return (await loading)(connection, check);
  };
}
