import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { NO_SECRETS } from "../../functions/adapters/secrets/secrets.ts";
import { StartPacer } from "../../functions/probe/admit/admit.ts";
import { CLOSE_AT_ONCE, checkTarget, NO_LIMITS } from "../../functions/probe/check/check.ts";
import { loadNetworkSetup, openNetwork } from "../../functions/probe/probe.ts";
import { createProbers } from "../../functions/probe/probers/probers.ts";
import { type Connect, connectOnce } from "../../functions/probe/socket/socket.ts";
import { systemClock } from "../../functions/probe/timing/timing.ts";
import type { ProbeResult } from "../../shared/result/result.ts";
import type { Task } from "../../shared/task/task.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { addressRules } from "../../shared/vet/vet.ts";
import { CliError } from "../command/errors.ts";

/** The user's machine may probe its own network; link-local and metadata addresses stay blocked. */
const OWN_MACHINE = ["0.0.0.0/0", "::/0"];

const STARTS_PER_SECOND = 100;

const WARMING_CONNECTS = 3;

/** Probes once from this machine, with the code that runs on AWS. */
export async function probeOnce(task: Task): Promise<ProbeResult> {
  const setup = loadNetworkSetup();
  const pacer = new StartPacer(systemClock, STARTS_PER_SECOND, setup.watch);
  // Without a route the result is "unreachable"; "unsupported" is for deployed regions.
  const use = { startsPerSecond: STARTS_PER_SECOND, hasIpv6Route: true };
  const network = openNetwork(setup, { stalls: pacer.stalls, ...use });
  const faults: unknown[] = [];
  const { signal } = new AbortController();
  try {
    await warmUp(network.connect, signal);
    const due = { task, taskIndex: 0, slotAtMs: systemClock.now() };
    const result = await checkTarget(due, {
      clock: systemClock,
      admission: pacer,
      probers: createProbers({ secrets: NO_SECRETS }),
      holder: CLOSE_AT_ONCE,
      limiter: NO_LIMITS,
      rules: addressRules(OWN_MACHINE),
      hasIpv6Route: use.hasIpv6Route,
      network,
      observer: {
        noteGrant: () => undefined,
        noteRemeasured: () => undefined,
        noteProberFault: (fault) => void faults.push(fault),
      },
      signal,
    });
    if (faults.length > 0) throw faults[0];
    if (result === null) throw new CliError("The check was not started.");
    // A region leaves such a literal out of its plan; who asks here is to read why it is not probed.
    return result.outcome === "unsupported" ? { ...result, outcome: "blocked" } : result;
  } finally {
    network.close();
  }
}

/**
 * The first connects of a process wait until its code is compiled: on loopback they take 1 to 5 ms,
 * from the third on 0.1 to 0.4 ms (measured). The user must not see the slow ones.
 */
async function warmUp(connect: Connect, signal: AbortSignal): Promise<void> {
  const server = createServer((socket) => socket.on("error", () => socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < WARMING_CONNECTS; i++) {
    await connectOnce(connect, { address: "127.0.0.1", port, timeoutMs: SECOND_MS }, signal);
  }
  server.close();
}
