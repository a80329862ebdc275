/** The signal of a connection that may go on after the run that has made it. */
export class Leash {
  readonly #own = new AbortController();
  readonly #run: AbortSignal;

  /** Follows the signal of the run until it is released. */
  constructor(run: AbortSignal) {
    this.#run = run;
    if (run.aborted) this.#own.abort();
    run.addEventListener("abort", this.#follow);
  }

  /** Ends the connection when the run does. */
  get signal(): AbortSignal {
    return this.#own.signal;
  }

  /** From now on somebody else ends the connection. */
  release(): void {
    this.#run.removeEventListener("abort", this.#follow);
  }

  readonly #follow = (): void => this.#own.abort();
}
