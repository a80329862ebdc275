/** A request that is refused: the sentence for whoever sent it, and the HTTP status. */
export class HttpProblem extends Error {
  readonly status: number;
  /** The field that is wrong, if one is. */
  readonly field: string | null;
  /** Headers that only this refusal has. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    sentence: string,
    more: { readonly field?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(sentence);
    this.status = status;
    this.field = more.field ?? null;
    this.headers = more.headers ?? {};
  }
}
