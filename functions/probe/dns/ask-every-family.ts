import type { DurationMs } from "../../../shared/units.ts";
import type { Family } from "./query-dns.ts";
import {
  type AskSetup,
  askFamily,
  type Limit,
  type Reply,
  TIMED_OUT,
  worseCode,
} from "./question.ts";

/** Whoever has the addresses of one family waits so long for those of the other (RFC 8305 3). */
const RESOLUTION_DELAY_MS: DurationMs = 50;

/** A code that tells that there are no records, so that the look-up has not failed. */
const HAS_NONE: ReadonlySet<string> = new Set(["ENODATA", "ENOTFOUND"]);

/** Asks for both families at once and waits for both; how one of them failed is told beside the other. */
export async function askEveryFamily(setup: AskSetup, name: string, limit: Limit): Promise<Reply> {
  const [v4, v6] = askBothAtOnce(setup, name);
  const [v4Reply, v6Reply] = await Promise.all([
    Promise.race([v4, limit.deadline]),
    Promise.race([v6, limit.deadline]),
  ]);
  const failed = failedFamily("ipv4", v4Reply) ?? failedFamily("ipv6", v6Reply);
  const joined = join(v4Reply, v6Reply);
  return "addresses" in joined && failed !== null ? { ...joined, failed } : joined;
}

/** The same, but as soon as one family has addresses the other is hardly waited for. */
export async function askRacingFamilies(
  setup: AskSetup,
  name: string,
  limit: Limit,
): Promise<Reply> {
  const both = askBothAtOnce(setup, name);
  const enough = endOfPatience(setup, both, limit);
  const [v4Reply, v6Reply] = await Promise.all([
    Promise.race([both[0], limit.deadline, enough]),
    Promise.race([both[1], limit.deadline, enough]),
  ]);
  return join(v4Reply, v6Reply);
}

type BothReplies = readonly [Promise<Reply>, Promise<Reply>];

function askBothAtOnce(setup: AskSetup, name: string): BothReplies {
  // The look-up has had one turn, for one question.
  setup.pacer.charge();
  return [askFamily(setup, name, "ipv4"), askFamily(setup, name, "ipv6")];
}

async function endOfPatience(setup: AskSetup, both: BothReplies, { over }: Limit): Promise<Reply> {
  const found = both.map(async (reply) => {
    if (!("addresses" in (await reply))) throw new Error("No addresses");
  });
  await Promise.any(found).catch(() => undefined);
  await setup.clock.sleep(RESOLUTION_DELAY_MS, over.signal);
  return TIMED_OUT;
}

function failedFamily(family: Family, reply: Reply) {
  if ("addresses" in reply || HAS_NONE.has(reply.code)) return null;
  return { family, code: reply.code };
}

function join(v4: Reply, v6: Reply): Reply {
  if (!("addresses" in v4)) return "addresses" in v6 ? v6 : { code: worseCode(v4.code, v6.code) };
  if (!("addresses" in v6)) return v4;
  return {
    addresses: [...v4.addresses, ...v6.addresses],
    ttlMs: Math.min(v4.ttlMs, v6.ttlMs),
  };
}
