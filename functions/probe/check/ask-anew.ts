import type { Network } from "./services.ts";

/** The same network, which asks name servers although it remembers an answer. */
export function askingAnew(network: Network): Network {
  return {
    ...network,
    resolve: (hostname, family, wish) => network.resolve(hostname, family, { ...wish, anew: true }),
  };
}
