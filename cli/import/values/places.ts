/** Marks of a variable in a text: no tool writes these characters, and no task file prints a `${` by itself. */
const OPEN = "\ue000";
const CLOSE = "\ue001";

const MARK = /\ue000([^\ue001]*)\ue001/g;

const VARIABLE =
  /\$\{(?:env:)?([A-Za-z_]\w{0,200})(?::[-=]?([^}$\ue000]*))?\}|\$([A-Za-z_]\w{0,200})/g;

/** A text without the characters that mark variables. */
export function withoutMarks(text: string): string {
  return text.replace(/[\ue000\ue001]/g, "?");
}

/** The mark of a variable, and of what it is without one. */
export function markOf(name: string, usual?: string): string {
  return `${OPEN}${name}${usual === undefined ? "" : `:-${usual}`}${CLOSE}`;
}

/** A text in which each `${NAME}` and `$NAME` is marked as a variable of the environment. */
export function markVariables(text: string): string {
  return text.replace(VARIABLE, (_, braced?: string, usual?: string, bare?: string) =>
    markOf(braced ?? bare ?? "", usual),
  );
}

/** The names of the variables that a text needs, and whether each has something in its place. */
export function variablesIn(text: string): readonly { name: string; usual: string | null }[] {
  return [...text.matchAll(MARK)].map(([, inside = ""]) => {
    const [name = "", ...usual] = inside.split(":-");
    return { name, usual: usual.length === 0 ? null : usual.join(":-") };
  });
}

/** The text as a task file writes it: each mark is `${NAME}`. */
export function writeVariables(text: string): string {
  return text.replace(MARK, (_, inside: string) => `\${${inside}}`);
}

/** The text with a stand-in for each variable, so that the parser can look at the rest. */
export function standInFor(text: string, standIn: string): string {
  return text.replace(MARK, standIn);
}

/** A part that some engine fills before the tool reads its file, e.g. `{{ .Host }}`; null if there is none. */
export function enginePartIn(text: string): string | null {
  return /\{\{[^}]*\}\}|\{%[^%]*%\}|<%[^%]*%>|\$\([^)]*\)/.exec(text)?.[0] ?? null;
}

/** The same, or a `${…}` that is no variable. */
export function templateIn(text: string): string | null {
  return enginePartIn(text) ?? /\$\{[^}]*\}/.exec(text)?.[0] ?? null;
}
