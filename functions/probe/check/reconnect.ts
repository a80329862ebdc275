import type { ProbeResult } from "../../../shared/result/result.ts";
import type { ProbeFacts } from "../probers/probers.ts";
import { askingAnew } from "./ask-anew.ts";
import type {
  CheckInput,
  CheckListener,
  CheckServices,
  StartCheck,
  ToldCheck,
} from "./services.ts";
import { SharedTimeout } from "./share-timeout.ts";
import { sumTotals } from "./totals.ts";

/** How often a server may send a check elsewhere, unless its task says so. */
const USUAL_RECONNECTS = 3;

/** The same start, of a check that connects again if its server asks for that, to where its name leads then. */
export function startReconnecting(start: StartCheck): StartCheck {
  return (input, services, listener) => {
    const { dialogue } = input.task;
    if (dialogue?.reconnectOnHex === undefined) return start(input, services, listener);
    const most = dialogue.maxReconnects ?? USUAL_RECONNECTS;
    new Reconnecting({ start, most }, { input, services, listener }).begin();
  };
}

class Reconnecting implements CheckListener {
  readonly #start: StartCheck;
  readonly #most: number;
  readonly #input: CheckInput;
  readonly #services: CheckServices;
  readonly #listener: CheckListener;
  /** What came of the connections whose servers sent the check elsewhere. */
  readonly #before: ProbeResult[] = [];

  constructor(
    { start, most }: { readonly start: StartCheck; readonly most: number },
    { input, services, listener }: ToldCheck,
  ) {
    this.#start = start;
    this.#most = most;
    this.#input = input;
    this.#listener = listener;
    const network = new SharedTimeout(services.clock).bound(services.network);
    this.#services = { ...services, network };
  }

  begin(): void {
    this.#start(this.#input, this.#services, this);
  }

  checked(_: CheckInput, result: ProbeResult | null, facts?: ProbeFacts): void {
    if (result === null || facts?.sentElsewhere !== true) return void this.#end(result, facts);
    if (this.#before.length >= this.#most) return void this.#end(tooMany(result));
    this.#before.push(result);
    const dueAtMs = this.#services.clock.now();
    const network = askingAnew(this.#services.network);
    this.#start({ ...this.#input, dueAtMs }, { ...this.#services, network }, this);
  }

  broke(fault: unknown): void {
    this.#listener.broke(fault);
  }

  #end(result: ProbeResult | null, facts?: ProbeFacts): void {
    const [first] = this.#before;
    if (result === null || first === undefined)
      return void this.#listener.checked(this.#input, result, facts);
    const { startedAtMs } = first;
    const totals = sumTotals([...this.#before, result]);
    const reconnectCount = this.#before.length;
    const whole = { ...result, ...totals, startedAtMs, reconnectCount };
    this.#listener.checked(this.#input, whole, facts);
  }
}

function tooMany(result: ProbeResult): ProbeResult {
  return { ...result, outcome: "unexpected_answer", errorCode: "TOO_MANY_RECONNECTS" };
}
