import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { openSecrets } from "../../functions/adapters/secrets/secrets.ts";
import { SignedSender } from "../../functions/adapters/signed-request/signed-request.ts";
import { inParallel } from "../../functions/in-parallel.ts";
import type { SecretReader } from "../../functions/ports/secret-reader.ts";
import { StartPacer } from "../../functions/probe/admit/admit.ts";
import {
  type CheckServices,
  CLOSE_AT_ONCE,
  checkTarget,
  type Network,
  NO_LIMITS,
} from "../../functions/probe/check/check.ts";
import { loadNetworkSetup, openNetwork } from "../../functions/probe/probe.ts";
import { createProbers, type Probers } from "../../functions/probe/probers/probers.ts";
import { type Connect, connectOnce } from "../../functions/probe/socket/socket.ts";
import { systemClock } from "../../functions/probe/timing/timing.ts";
import { ANY_SECRET, ENV } from "../../shared/contract.ts";
import { TLS_STARTS } from "../../shared/plan/plan.ts";
import type { ProbeResult } from "../../shared/result/result.ts";
import type { Task } from "../../shared/task/task.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { addressRules } from "../../shared/vet/vet.ts";
import { CliError } from "../command/errors.ts";
import { type SpokenLine, Transcript } from "./transcript.ts";

/** The user's machine may probe its own network; link-local and metadata addresses stay blocked. */
const OWN_MACHINE = ["0.0.0.0/0", "::/0"];

const STARTS_PER_SECOND = 100;

/** So many starts wait three seconds at most for their turn: two less than would make them late. */
const STARTS_AT_ONCE = 3 * STARTS_PER_SECOND;

const WARMING_CONNECTS = 3;

/** A check of a task, and what was said in it. */
export interface Checked {
  readonly task: Task;
  readonly result: ProbeResult;
  readonly transcript: readonly SpokenLine[];
}

/** What is kept of a task from one of its checks to the next. */
interface Kept {
  readonly probers: Probers;
  readonly transcript: Transcript;
}

type Base = Omit<CheckServices, "probers" | "observer">;

/** Checks tasks at once from this machine, with the code that runs on AWS. */
export class OwnProbe {
  readonly #setup = loadNetworkSetup();
  readonly #kept = new Map<Task, Kept>();
  readonly #secretsRead = new Set<string>();
  readonly #secrets: SecretReader = this.#openSecrets();
  readonly #signal = new AbortController().signal;
  #isWarm = false;

  /** Checks each task, many at the same time, and tells of them in their order as soon as that is known. */
  async checkAll(tasks: readonly Task[], tell: (checked: Checked) => void): Promise<void> {
    const pacer = new StartPacer(systemClock, STARTS_PER_SECOND, this.#setup.watch);
    // Without a route the result is "unreachable"; "unsupported" is for deployed regions.
    const use = { startsPerSecond: STARTS_PER_SECOND, hasIpv6Route: true };
    const network = openNetwork(this.#setup, { stalls: pacer.stalls, ...use });
    try {
      await this.#warmUp(network);
      const base = this.#baseOf(network, pacer);
      const inOrder = tellInOrder(tell);
      await inParallel([...tasks.entries()], limitOf(tasks), async ([place, task]) =>
        inOrder(place, await this.#check(task, base)),
      );
    } finally {
      network.close();
    }
  }

  #baseOf(network: Network, admission: StartPacer): Base {
    return {
      clock: systemClock,
      admission,
      holder: CLOSE_AT_ONCE,
      limiter: NO_LIMITS,
      rules: addressRules(OWN_MACHINE),
      hasIpv6Route: true,
      network,
      signal: this.#signal,
    };
  }

  async #check(task: Task, base: Base): Promise<Checked> {
    const { probers, transcript } = this.#keptOf(task);
    const faults: unknown[] = [];
    const observer = {
      noteGrant: () => undefined,
      noteRemeasured: () => undefined,
      noteProberFault: (fault: unknown) => void faults.push(fault),
    };
    const due = { task, taskIndex: 0, slotAtMs: systemClock.now() };
    const result = await checkTarget(due, { ...base, probers, observer });
    if (faults.length > 0) throw faults[0];
    if (result === null) throw new CliError("The check was not started.");
    return {
      task,
      // A region leaves such a literal out of its plan; who asks here is to read why it is not probed.
      result: result.outcome === "unsupported" ? { ...result, outcome: "blocked" } : result,
      transcript: transcript.take(this.#secretsRead),
    };
  }

  /** Each task has probers of its own, so that each tells of its certificates in its first check. */
  #keptOf(task: Task): Kept {
    const known = this.#kept.get(task);
    if (known !== undefined) return known;
    const transcript = new Transcript();
    const { listen } = transcript;
    const kept = { transcript, probers: createProbers({ secrets: this.#secrets, listen }) };
    this.#kept.set(task, kept);
    return kept;
  }

  /** The user's own files; what is read is noted, so that it is cut out of what is shown. */
  #openSecrets(): SecretReader {
    const environment = { [ENV.secrets]: ANY_SECRET };
    const { monotonic } = systemClock;
    const secrets = openSecrets({
      region: "local",
      environment,
      monotonic,
      sender: new SignedSender(),
    });
    return {
      read: async (reference) => {
        const text = await secrets.read(reference);
        this.#secretsRead.add(text);
        return text;
      },
      doubt: (reference) => secrets.doubt(reference),
    };
  }

  async #warmUp({ connect }: Network): Promise<void> {
    if (!this.#isWarm) await warmUp(connect, this.#signal);
    this.#isWarm = true;
  }
}

function limitOf(tasks: readonly Task[]): number {
  const hasTls = tasks.some(({ tls }) => tls !== undefined);
  return STARTS_AT_ONCE / (hasTls ? TLS_STARTS : 1);
}

/** Tells of what has ended as soon as all before it has. */
function tellInOrder(tell: (checked: Checked) => void) {
  const waiting = new Map<number, Checked>();
  let next = 0;
  return (place: number, checked: Checked): void => {
    waiting.set(place, checked);
    for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
      waiting.delete(next++);
      tell(ready);
    }
  };
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
