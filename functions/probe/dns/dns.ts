export { parseHosts } from "./parse-hosts.ts";
export { createDnsClient } from "./query-dns.ts";
export {
  createResolveHost,
  DNS_DEADLINE_MS,
  type Resolution,
  type ResolveHost,
} from "./resolve-host.ts";
