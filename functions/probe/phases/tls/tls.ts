import type { SecretReader } from "../../../ports/secret-reader.ts";
import type { PhaseFailure, Session } from "../session/session.ts";

/** TLS over open connections; it keeps the secure contexts of the tasks, and which certificates it has told of. */
export class TlsPhase {
  readonly #secrets: SecretReader;

  constructor(secrets: SecretReader) {
    this.#secrets = secrets;
  }

  /** Goes on in TLS, by the settings of the session's task. */
  async start(session: Session): Promise<PhaseFailure | null> {
    throw new Error(`${session.task.name} can't be checked: ${typeof this.#secrets}`);
  }
}
