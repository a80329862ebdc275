import { execFile } from "node:child_process";

// A check_tcp process for each host, all at once, as a busy Nagios starts them. Prints
// `<destination> <microseconds>` a line.
// Usage: spawn-check-tcp.ts PROGRAM PORT HOST...

const TIME = /time=([\d.]+)s/;

function check(program: string, port: string, host: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ["-H", host, "-p", port], (_, stdout) => {
      const seconds = TIME.exec(stdout)?.[1];
      resolve(seconds === undefined ? "" : `${host} ${(Number(seconds) * 1e6).toFixed(0)}\n`);
    });
  });
}

const [program = "", port = "", ...hosts] = process.argv.slice(2);
const lines = await Promise.all(hosts.map((host) => check(program, port, host)));
process.stdout.write(lines.join(""));
