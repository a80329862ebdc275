import { HttpProblem } from "./problem.ts";

/** The least and the greatest value that a parameter takes. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The parameters of a request. What is wrong with one is refused in a sentence that names it. */
export class Query {
  readonly #values: URLSearchParams;

  /** Throws HttpProblem if there is a parameter that the path does not take, or one twice. */
  constructor(path: string, values: URLSearchParams, known: readonly string[]) {
    this.#values = values;
    for (const name of values.keys()) {
      if (!known.includes(name)) {
        const takes = known.length === 0 ? "none" : known.join(", ");
        throw wrong(
          name,
          `${JSON.stringify(name)} is no parameter of ${path}, which takes ${takes}`,
        );
      }
      if (values.getAll(name).length > 1) throw wrong(name, `${name} must be given once`);
    }
  }

  /** A text; null if it is left out. Throws HttpProblem if it is empty. */
  text(name: string): string | null {
    const value = this.#values.get(name);
    if (value === "") throw wrong(name, `${name} must not be empty`);
    return value;
  }

  /** A text that must be there. */
  required(name: string): string {
    const value = this.text(name);
    if (value === null) throw wrong(name, `${name} is required`);
    return value;
  }

  /** A whole number within bounds; null if it is left out. */
  number(name: string, { min, max }: Bounds): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    const rule = `must be a whole number from ${min} to ${max}, is ${JSON.stringify(value)}`;
    throw wrong(name, `${name} ${rule}`);
  }

  /** One of a few values; null if it is left out. */
  choice<T>(name: string, choices: Readonly<Record<string, T>>): T | null {
    const value = this.text(name);
    if (value === null) return null;
    if (Object.hasOwn(choices, value)) return choices[value] ?? null;
    const words = Object.keys(choices).join(" or ");
    throw wrong(name, `${name} must be ${words}, is ${JSON.stringify(value)}`);
  }
}

function wrong(field: string, sentence: string): HttpProblem {
  return new HttpProblem(400, sentence, { field });
}
