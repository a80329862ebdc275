import { once } from "node:events";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";

// The usual way to time a connect: a timer around `net.connect`, all at once. Prints
// `<destination> <microseconds>` a line.
// Usage: plain-subject.ts PORT HOST...

async function timeConnect(host: string, port: number): Promise<string> {
  const startedAt = performance.now();
  const socket = connect({ host, port });
  await once(socket, "connect");
  const tookUs = (performance.now() - startedAt) * 1_000;
  socket.destroy();
  return `${host} ${tookUs.toFixed(0)}\n`;
}

const [port, ...hosts] = process.argv.slice(2);
const lines = await Promise.all(hosts.map((host) => timeConnect(host, Number(port))));
process.stdout.write(lines.join(""));
