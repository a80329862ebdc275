import type { StarttlsProtocol } from "../../../../../shared/task/task.ts";
import type { DurationMs } from "../../../../../shared/units.ts";
import type { PhaseFailure, Session } from "../../session/session.ts";
import { askLdap } from "./ldap.ts";
import { askMysql } from "./mysql.ts";
import { askPostgresql } from "./postgresql.ts";
import { Talk } from "./talk.ts";
import { askFtp, askImap, askPop3, askSmtp } from "./text-protocols.ts";
import { askXmpp } from "./xmpp.ts";

/** Asks for TLS in one protocol; `name` is the server's. Null if the server goes on in TLS now. */
type Ask = (talk: Talk, name: string) => Promise<PhaseFailure | null>;

const ASKS: Readonly<Record<StarttlsProtocol, Ask>> = {
  smtp: askSmtp,
  imap: askImap,
  pop3: askPop3,
  ftp: askFtp,
  postgresql: askPostgresql,
  mysql: askMysql,
  ldap: askLdap,
  xmpp: askXmpp,
};

/** What is asked, if anything, and until when. */
interface Request {
  readonly protocol: StarttlsProtocol | undefined;
  readonly name: string;
  readonly endMs: DurationMs;
}

/** Asks the server for TLS. Gives the instant at which TLS, or the request for it, began. */
export async function askForTls(
  session: Session,
  { protocol, name, endMs }: Request,
): Promise<PhaseFailure | { readonly atMs: DurationMs }> {
  const talk = new Talk(session, endMs);
  const failure = protocol === undefined ? null : await ASKS[protocol](talk, name);
  if (failure !== null) return failure;
  // What follows the go-ahead in plain text may be anybody's, and is never taken for the server's word.
  return talk.leftover() ?? { atMs: talk.requestedAtMs ?? session.clock.monotonic() };
}
