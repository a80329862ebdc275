import type { ErrorKind } from "../result/result.ts";

/** Where an article is linked: on the page of a fleet, or in the project's folder. */
export type HelpPlace = "page" | "folder";

/** The path of the article about an error kind: `/help/timeout`, or `docs/troubleshooting/timeout.md`. */
export function helpPathOf(kind: ErrorKind, place: HelpPlace): string {
  return place === "page" ? `/help/${kind}` : `docs/troubleshooting/${kind}.md`;
}
