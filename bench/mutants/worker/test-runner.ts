import assert from "node:assert";

// Stands in for `node:test` in a worker: the same names, many times in one process, and it ends at
// the first failure. What it lacks fails on the clean code already, so such a test file is left out.

type Body = (context: Context) => unknown;
type Options = Readonly<{ skip?: boolean | string; todo?: boolean | string }>;
type Given = readonly (string | Options | Body)[];

interface Suite {
  readonly outer: Suite | null;
  readonly items: (() => Promise<void>)[];
  readonly before: Body[];
  readonly after: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
}

const real = process.getBuiltinModule("node:test");

let current = newSuite(null);

/** Forgets all that was declared, and gives what runs the tests that are declared from now on. */
export function collectTests(): () => Promise<void> {
  const root = newSuite(null);
  current = root;
  return () => runSuite(root);
}

export const mock = real.mock;

export const test = Object.assign(declareTest, { skip: declareNothing, todo: declareNothing });
export const it = test;
export const describe = Object.assign(declareSuite, { skip: declareNothing, todo: declareNothing });
export const suite = describe;
export default test;

export function before(body: Body): void {
  current.before.push(body);
}

export function after(body: Body): void {
  current.after.push(body);
}

export function beforeEach(body: Body): void {
  current.beforeEach.push(body);
}

export function afterEach(body: Body): void {
  current.afterEach.push(body);
}

function declareNothing(): void {
  // A skipped test is no test.
  return;
}

function declareTest(...given: Given): void {
  const own = current;
  const { name, body, isSkipped } = readGiven(given);
  if (!isSkipped) own.items.push(() => runTest(own, name, body));
}

function declareSuite(...given: Given): void {
  const { body, isSkipped } = readGiven(given);
  if (isSkipped) return;
  const outer = current;
  const inner = newSuite(outer);
  outer.items.push(() => runSuite(inner));
  current = inner;
  try {
    const declared = body(new Context(""));
    assert.ok(!(declared instanceof Promise), "a suite that is declared later can't run here");
  } finally {
    current = outer;
  }
}

function readGiven(given: Given) {
  const name = given.find((one) => typeof one === "string") ?? "";
  const body = given.find((one) => typeof one === "function") ?? (() => undefined);
  const { skip, todo } = given.find((one) => typeof one === "object") ?? {};
  const isSkipped = Boolean(skip) || skip === "" || Boolean(todo) || todo === "";
  return { name, body, isSkipped };
}

function newSuite(outer: Suite | null): Suite {
  return { outer, items: [], before: [], after: [], beforeEach: [], afterEach: [] };
}

async function runSuite(own: Suite): Promise<void> {
  try {
    for (const hook of own.before) await hook(new Context("before"));
    for (const run of own.items) await run();
  } finally {
    for (const hook of own.after) await hook(new Context("after"));
  }
}

async function runTest(own: Suite, name: string, body: Body): Promise<void> {
  const context = new Context(name);
  const around = withOuter(own);
  try {
    for (const { beforeEach } of around.toReversed())
      for (const hook of beforeEach) await hook(context);
    await body(context);
  } catch (error) {
    throw new Error(`${name}: ${firstLine(error)}`, { cause: error });
  } finally {
    await context.end();
    for (const { afterEach } of around) for (const hook of afterEach) await hook(context);
  }
}

function withOuter(own: Suite): Suite[] {
  return own.outer === null ? [own] : [own, ...withOuter(own.outer)];
}

function firstLine(error: unknown): string {
  return String(error).split("\n")[0] ?? "";
}

/** What a test is given. */
class Context {
  readonly name: string;
  readonly mock = real.mock;
  readonly assert = assert;
  readonly #stop = new AbortController();
  readonly #afterwards: Body[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  after(body: Body): void {
    this.#afterwards.push(body);
  }

  diagnostic(): void {
    return;
  }

  async test(...given: Given): Promise<void> {
    const { name, body, isSkipped } = readGiven(given);
    if (!isSkipped) await runTest(newSuite(null), name, body);
  }

  async end(): Promise<void> {
    for (const body of this.#afterwards) await body(this);
    this.#stop.abort();
    real.mock.timers.reset();
    real.mock.restoreAll();
  }
}
