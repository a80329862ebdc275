export { DNS_DEADLINE_MS } from "./ask-name-servers.ts";
export { parseHosts } from "./parse-hosts.ts";
export { createDnsClient } from "./query-dns.ts";
export {
  createHostResolver,
  type LookupWish,
  type Resolution,
  type ResolveHost,
  type UnresolvedFamily,
} from "./resolve-host.ts";
