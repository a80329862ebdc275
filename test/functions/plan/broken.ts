type Method = (...args: unknown[]) => Promise<unknown>;

/** The store, with methods that fail. */
export function brokenAt<Store extends object>(
  store: Store,
  ...methods: readonly (keyof Store & string)[]
): Store {
  return intercept(store, (name, call) =>
    (methods as readonly string[]).includes(name)
      ? Promise.reject(new Error(`${name} is broken`))
      : call(),
  );
}

/** When a call fails: before it has done anything, or after, when only its answer is lost. */
export type Failure = "before" | "after";

/** Lets one call of all that go through it fail; after a crash, every later one as well. */
export class Fault {
  #calls = 0;
  readonly at: number;
  readonly failure: Failure;
  readonly isCrash: boolean;

  constructor(at: number, failure: Failure, isCrash: boolean) {
    this.at = at;
    this.failure = failure;
    this.isCrash = isCrash;
  }

  get calls(): number {
    return this.#calls;
  }

  guard<Store extends object>(store: Store): Store {
    return intercept(store, (name, call) => this.#run(name, call));
  }

  async #run(name: string, call: () => Promise<unknown>): Promise<unknown> {
    const turn = this.#calls++;
    const isDown = this.isCrash && turn > this.at;
    if (isDown || (turn === this.at && this.failure === "before"))
      throw new Error(`${name} is down`);
    const answer = await call();
    if (turn === this.at) throw new Error(`The answer of ${name} is lost`);
    return answer;
  }
}

function intercept<Store extends object>(
  store: Store,
  run: (name: string, call: () => Promise<unknown>) => Promise<unknown>,
): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const method = value.bind(target) as Method;
      return (...args: unknown[]) => run(String(name), () => method(...args));
    },
  });
}
