/** The pages of the page. */
export type PageName = "tasks" | "group" | "task" | "regions" | "events";

/** What the address asks for. */
export interface Route {
  readonly page: PageName;
  /** The task's name or the group's id; empty elsewhere. */
  readonly name: string;
  /** Settings of the page by their names; each may stand several times. */
  readonly query: Readonly<Record<string, readonly string[]>>;
}

const PAGES: readonly PageName[] = ["group", "task", "regions", "events"];

/** Reads a route from the address's hash, e.g. `#/task/db?range=7d`. What is unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [path = "", ...rest] = hash.replace(/^#?\/?/, "").split("?");
  const [first = "", ...names] = path.split("/");
  const page = PAGES.find((name) => name === first) ?? "tasks";
  const name = page === "task" || page === "group" ? decode(names.join("/")) : "";
  return { page, name, query: parseQuery(rest.join("?")) };
}

/** Writes a route as the hash of an address. */
export function printRoute({ page, name, query }: Route): string {
  const path = page === "tasks" ? "" : page;
  const tail = name === "" ? "" : `/${encodeURIComponent(name)}`;
  const fields = new URLSearchParams(
    Object.entries(query).flatMap(([key, values]) =>
      values.flatMap((value): [string, string][] => (value === "" ? [] : [[key, value]])),
    ),
  ).toString();
  return `#/${path}${tail}${fields === "" ? "" : `?${fields}`}`;
}

/** The address of a task's page. */
export function taskAddress(name: string): string {
  return printRoute({ page: "task", name, query: {} });
}

/** The address of a group's page. */
export function groupAddress(id: string): string {
  return printRoute({ page: "group", name: id, query: {} });
}

/** A route with some settings changed; null removes one. */
export function withQuery(
  route: Route,
  changes: Readonly<Record<string, readonly string[] | string | null>>,
): Route {
  const query = { ...route.query };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete query[key];
    else query[key] = typeof value === "string" ? [value] : value;
  }
  return { ...route, query };
}

/** The first value of a setting, or the default. */
export function queryValue(route: Route, key: string, fallback = ""): string {
  return route.query[key]?.[0] ?? fallback;
}

function parseQuery(text: string): Route["query"] {
  const query: Record<string, string[]> = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) {
    query[key] = [...(query[key] ?? []), value];
  }
  return query;
}

/** A name that is encoded wrongly is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
