import { Agent, get } from "node:http";
import { text } from "node:stream/consumers";

// Asks a blackbox_exporter on this machine for a probe of every host at once, as Prometheus would.
// Prints `<destination> <microseconds>` a line.
// Usage: scrape-blackbox.ts EXPORTER_PORT PORT HOST...

const agent = new Agent({ keepAlive: false });

async function scrape(host: string, port: string, exporterPort: string): Promise<string> {
  const query = new URLSearchParams({ module: "tcp", target: `${host}:${port}` });
  const url = `http://127.0.0.1:${exporterPort}/probe?${query}`;
  const body = await new Promise<string>((resolve, reject) => {
    get(url, { agent }, (response) => void text(response).then(resolve, reject)).on(
      "error",
      reject,
    );
  });
  const seconds = /^probe_duration_seconds (\S+)$/m.exec(body)?.[1];
  const isOpen = /^probe_success 1$/m.test(body);
  return isOpen ? `${host} ${(Number(seconds) * 1e6).toFixed(0)}\n` : "";
}

const [exporterPort = "", port = "", ...hosts] = process.argv.slice(2);
const lines = await Promise.all(hosts.map((host) => scrape(host, port, exporterPort)));
process.stdout.write(lines.join(""));
