import { setImmediate as nextTurn } from "node:timers/promises";
import type { SecureContext } from "node:tls";
import { DEFAULT_TLS, type TlsSettings } from "../../../../shared/task/task.ts";
import { type DurationMs, toMicrosecondPrecision } from "../../../../shared/units.ts";
import type { SecretReader } from "../../../ports/secret-reader.ts";
import type { PhaseFailure, Session } from "../session/session.ts";
import { CertificateNotes } from "./certificate-notes.ts";
import { awaitAnswer, wasAsked } from "./client-certificate.ts";
import { type Handshake, shakeHands } from "./handshake.ts";
import { handshakeFailure } from "./handshake-failure.ts";
import { helloOptionsOf, verifiedNameOf } from "./hello.ts";
import { faultOf, kindOfFault } from "./judge-certificate.ts";
import { chainOf } from "./read-chain.ts";
import { SecureContexts } from "./secure-contexts.ts";
import { askForTls } from "./starttls/starttls.ts";

type Completed = Extract<Handshake, { readonly socket: unknown }>;

/** How one session goes on in TLS. */
interface Plan {
  readonly settings: TlsSettings;
  readonly context: SecureContext;
  readonly name: string;
  readonly endMs: DurationMs;
}

/** TLS over open connections; it keeps the secure contexts of the tasks, and which certificates it has told of. */
export class TlsPhase {
  readonly #contexts: SecureContexts;
  readonly #notes = new CertificateNotes();

  constructor(secrets: SecretReader) {
    this.#contexts = new SecureContexts(secrets);
  }

  /** Goes on in TLS, by the settings of the session's task. */
  async start(session: Session): Promise<PhaseFailure | null> {
    const settings = session.task.tls ?? DEFAULT_TLS;
    const context = await this.#contexts.contextFor(settings, session);
    if ("outcome" in context) return context;
    const name = verifiedNameOf(settings, session.task.target.hostname);
    const endMs = session.limits.endOf("tls");
    const failure = await this.#establish(session, { settings, context, name, endMs });
    if (failure !== null && mayBeSecrets(failure)) this.#contexts.doubt(settings);
    return failure;
  }

  async #establish(session: Session, plan: Plan): Promise<PhaseFailure | null> {
    const { settings, context, name, endMs } = plan;
    const asked = await askForTls(session, { protocol: settings.starttls, name, endMs });
    if ("outcome" in asked) return asked;
    const hello = { ...helloOptionsOf(settings, name), secureContext: context };
    const handshake = await shakeHands(session, hello, endMs);
    if (!("socket" in handshake))
      return handshakeFailure(handshake.endCode, handshake.receivedBytes);
    const handshakeMs = handshake.secureAtMs - asked.atMs;
    session.tlsTimeMs = toMicrosecondPrecision(handshakeMs);
    const fault = this.#judge(session, plan, handshake);
    const refusal = await this.#refusal(session, handshake, { ...plan, handshakeMs });
    if (refusal !== null || fault === null || settings.mode === "permissive") return refusal;
    return { outcome: kindOfFault(fault), phase: "tls", errorCode: fault };
  }

  /** What is wrong with the certificate, which is told in any case. */
  #judge(
    session: Session,
    { settings: { verify }, name }: Plan,
    { socket }: Completed,
  ): string | null {
    const chain = chainOf(socket);
    // Its type says that it is an error; it is the code of one.
    const chainFault = socket.authorizationError === null ? null : `${socket.authorizationError}`;
    const fault = faultOf({ chain, chainFault, verify, name });
    const seen = {
      taskName: tellerOf(session),
      chain,
      protocol: socket.getProtocol() ?? "",
      cipher: socket.getCipher().standardName,
      alpn: socket.alpnProtocol || null,
      fault,
    };
    session.tlsDetail = this.#notes.tell(seen, session.clock.now());
    return fault;
  }

  /** TLS 1.3 tells of the client's certificate after the handshake, if it was asked for. */
  async #refusal(
    session: Session,
    { socket, raw, sentBytes }: Completed,
    { settings, ...times }: Plan & { readonly handshakeMs: DurationMs },
  ): Promise<PhaseFailure | null> {
    if (socket.getProtocol() !== "TLSv1.3") return null;
    const asked = await wasAsked(socket, raw, sentBytes);
    if (!asked && settings.mode !== "strict") return null;
    await awaitAnswer(socket, session, times);
    // A ticket is told of while OpenSSL reads, and what is written in that turn would not be sent.
    await nextTurn();
    const { end, endCode, received } = session.channel;
    // A server that speaks has taken the certificate, also if it then closes.
    if (end === null || received.length > 0) return null;
    if (endCode?.startsWith("ERR_")) return handshakeFailure(endCode, raw.bytesRead);
    return handshakeFailure(end === "fin" ? "FIN" : "RST", raw.bytesRead);
  }
}

/** A server refuses a certificate in some of these ways. */
function mayBeSecrets({ outcome }: PhaseFailure): boolean {
  return ["tls_client_certificate", "tls_untrusted", "tls_handshake", "closed_early"].includes(
    outcome,
  );
}

/** Who tells of a certificate. Addresses that are each checked may have different ones. */
function tellerOf({ task, address }: Session): string {
  return task.addressing?.mode === "each" ? `${task.name} ${address}` : task.name;
}
