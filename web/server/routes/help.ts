import { readFile } from "node:fs/promises";
import type { Content } from "../http/content.ts";
import { HttpProblem } from "../http/problem.ts";
import { articleHtml } from "../plain/article-html.ts";
import { plainPage } from "../plain/plain-page.ts";
import type { Route } from "./route.ts";

const ARTICLES = new URL("../../../docs/troubleshooting/", import.meta.url);
const INDEX = new URL("../../../docs/troubleshooting.md", import.meta.url);

/** `/help/KIND`: the article of an error kind; `/help/`: all of them. */
export function helpRoute(): Route {
  return {
    method: "GET",
    path: "/help/",
    isLinkable: true,
    answer: async ({ rest }) => ({ content: await readArticle(rest) }),
  };
}

async function readArticle(kind: string): Promise<Content> {
  if (!/^[a-z0-9_]{0,40}$/.test(kind)) throw noArticle();
  try {
    const text = await readFile(kind === "" ? INDEX : new URL(`${kind}.md`, ARTICLES), "utf8");
    return plainPage(`${kind === "" ? "Troubleshooting" : kind} · Synfleet`, articleHtml(text));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw noArticle();
    throw error;
  }
}

function noArticle(): HttpProblem {
  return new HttpProblem(404, "There is no article of that name");
}
