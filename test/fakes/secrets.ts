import { SecretError, type SecretReader } from "../../functions/ports/secret-reader.ts";

/** Secrets in memory, by their references; it remembers which ones were doubted. */
export class FakeSecrets implements SecretReader {
  readonly texts: Map<string, string>;
  readonly doubted: string[] = [];

  constructor(texts: Readonly<Record<string, string>> = {}) {
    this.texts = new Map(Object.entries(texts));
  }

  async read(reference: string): Promise<string> {
    const text = this.texts.get(reference);
    if (text === undefined) throw new SecretError(reference, "ResourceNotFoundException");
    return text;
  }

  doubt(reference: string): void {
    this.doubted.push(reference);
  }
}
