import { once } from "node:events";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { hostsFrom } from "../truth/targets.ts";

// `net.connect` as it comes, in rounds. Prints as probe-rounds.ts does.
// Usage: plain-rounds.ts FIRST_HOST PORT COUNT WARM_UP_ROUNDS ROUNDS

async function connectOnce(host: string, port: number): Promise<void> {
  const socket = connect({ host, port });
  await once(socket, "connect");
  socket.destroy();
}

const [firstHost = "", ...figures] = process.argv.slice(2);
const [port = 0, count = 0, warmUpRounds = 0, rounds = 0] = figures.map(Number);
const hosts = hostsFrom(firstHost, count);
const connectAll = () => Promise.all(hosts.map((host) => connectOnce(host, port)));
for (let round = 0; round < warmUpRounds; round++) await connectAll();
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
for (let round = 0; round < rounds; round++) await connectAll();
const wallUs = (performance.now() - startedAt) * 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
process.stderr.write(JSON.stringify({ checks: count * rounds, cpuUs: user + system, wallUs }));
