import { createSecureContext, type SecureContext } from "node:tls";
import type { SecretReference, TlsSettings } from "../../../../shared/task/task.ts";
import { SecretError, type SecretReader } from "../../../ports/secret-reader.ts";
import { codeOf } from "../../classify/classify.ts";
import type { PhaseFailure, Session } from "../session/session.ts";
import { constantOf } from "./constant.ts";
import { contextOptionsOf } from "./hello.ts";

/** A context costs 0.6 ms to make, so tasks with the same options share one. */
const MOST_CONTEXTS = 256;

/** PEM begins so; anything else is a reference. */
const PEM = "-----BEGIN";

/** What a context is made of beside the settings, as it was read. */
interface Material {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

interface Made {
  readonly material: Material;
  readonly context: SecureContext;
}

/** The secure contexts of tasks: one for all that have the same options and the same secrets. */
export class SecureContexts {
  readonly #secrets: SecretReader;
  readonly #made = new Map<string, Made>();
  readonly #keys = new WeakMap<TlsSettings, string>();

  constructor(secrets: SecretReader) {
    this.#secrets = secrets;
  }

  /** The context of these settings, or why there is none. */
  async contextFor(settings: TlsSettings, session: Session): Promise<SecureContext | PhaseFailure> {
    try {
      const material = await this.#read(settings, session);
      return this.#contextOf(settings, material);
    } catch (fault) {
      this.doubt(settings);
      return failureOf(fault, settings);
    }
  }

  /** A check that used these settings has failed as it may if a secret was replaced. */
  doubt(settings: TlsSettings): void {
    for (const reference of referencesOf(settings)) this.#secrets.doubt(reference);
  }

  async #read(
    { ca, clientCertificate, clientKey }: TlsSettings,
    session: Session,
  ): Promise<Material> {
    const [caText, cert, key] = await Promise.all(
      [ca, clientCertificate, clientKey].map((reference) => this.#readOne(reference)),
    );
    for (const secret of [cert, key]) if (secret) session.secretsUsed.add(secret);
    return {
      ...(caText !== undefined && { ca: caText }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    };
  }

  async #readOne(reference: SecretReference | undefined): Promise<string | undefined> {
    if (reference === undefined || reference.startsWith(PEM)) return reference;
    return this.#secrets.read(reference);
  }

  #contextOf(settings: TlsSettings, material: Material): SecureContext {
    const key = this.#keyOf(settings);
    const made = this.#made.get(key);
    if (made !== undefined && isSame(made.material, material)) return made.context;
    const context = createSecureContext({ ...contextOptionsOf(settings), ...material });
    this.#made.delete(key);
    this.#made.set(key, { material, context });
    const [oldest] = this.#made.keys();
    if (this.#made.size > MOST_CONTEXTS && oldest !== undefined) this.#made.delete(oldest);
    return context;
  }

  #keyOf(settings: TlsSettings): string {
    const known = this.#keys.get(settings);
    if (known !== undefined) return known;
    const { ca, clientCertificate, clientKey } = settings;
    const key = JSON.stringify([contextOptionsOf(settings), ca, clientCertificate, clientKey]);
    this.#keys.set(settings, key);
    return key;
  }
}

function referencesOf({ ca, clientCertificate, clientKey }: TlsSettings): SecretReference[] {
  return [ca, clientCertificate, clientKey].filter(
    (text): text is string => text !== undefined && !text.startsWith(PEM),
  );
}

function isSame(left: Material, right: Material): boolean {
  return left.ca === right.ca && left.cert === right.cert && left.key === right.key;
}

// What OpenSSL can't read is a secret that holds something else; without one the options are wrong.
function failureOf(fault: unknown, settings: TlsSettings): PhaseFailure {
  const code = fault instanceof SecretError ? fault.code : codeOf(fault);
  const isSecret = fault instanceof SecretError || referencesOf(settings).length > 0;
  const outcome = isSecret ? "secret_unavailable" : "internal";
  return { outcome, phase: "tls", errorCode: constantOf(code) };
}
