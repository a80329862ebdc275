import { escapeHtml } from "../../../shared/input/input.ts";

/**
 * An article of the documents as HTML: headings, paragraphs, lists, code and links to other articles.
 * Whatever else it has is shown as its text; none of its HTML is taken over.
 */
export function articleHtml(markdown: string): string {
  return blocksOf(markdown).map(blockHtml).join("\n");
}

/** Lines that belong together: up to an empty line, and the whole of a block of code. */
function blocksOf(markdown: string): string[][] {
  const blocks: string[][] = [[]];
  let isCode = false;
  for (const line of markdown.split(/\r?\n/)) {
    const isFence = line.startsWith("```");
    if ((isFence && !isCode) || (!isCode && startsBlock(line))) blocks.push([]);
    if (line !== "" || isCode) blocks.at(-1)?.push(line);
    if (isFence) {
      isCode = !isCode;
      if (!isCode) blocks.push([]);
    }
  }
  return blocks.filter((block) => block.length > 0);
}

function startsBlock(line: string): boolean {
  return line === "" || line.startsWith("#");
}

function blockHtml(lines: readonly string[]): string {
  const [first = ""] = lines;
  if (first.startsWith("```")) {
    const code = lines.slice(1).filter((line, i, all) => i < all.length - 1 || line !== "```");
    return `<pre><code>${escapeHtml(code.join("\n"))}</code></pre>`;
  }
  const [, marks = "", title = ""] = /^(#{1,6}) (.*)$/.exec(first) ?? [];
  if (marks !== "") return `<h${marks.length}>${inlineHtml(title)}</h${marks.length}>`;
  if (/^[-*] /.test(first)) return listHtml(lines);
  if (first.startsWith("|")) return `<pre>${escapeHtml(lines.join("\n"))}</pre>`;
  return `<p>${inlineHtml(lines.join(" "))}</p>`;
}

/** A line that begins no item goes on with the one before. */
function listHtml(lines: readonly string[]): string {
  const items: string[] = [];
  for (const line of lines) {
    const [, item] = /^[-*] (.*)$/.exec(line) ?? [];
    if (item === undefined) items.push(`${items.pop() ?? ""} ${line.trim()}`);
    else items.push(item);
  }
  return `<ul>\n${items.map((item) => `<li>${inlineHtml(item)}</li>`).join("\n")}\n</ul>`;
}

const CODE_OR_LINK = /(`[^`]+`)|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inlineHtml(text: string): string {
  let html = "";
  let at = 0;
  for (const { 0: whole, 1: code, 2: label = "", 3: target = "", index } of text.matchAll(
    CODE_OR_LINK,
  )) {
    html += escapeHtml(text.slice(at, index));
    html += code === undefined ? linkHtml(label, target) : codeHtml(code.slice(1, -1));
    at = index + whole.length;
  }
  return html + escapeHtml(text.slice(at));
}

function codeHtml(code: string): string {
  return `<code>${escapeHtml(code)}</code>`;
}

/** Only other articles can be reached from here. */
function linkHtml(label: string, target: string): string {
  const [, kind] = /^(?:troubleshooting\/)?([a-z0-9_]+)\.md$/.exec(target) ?? [];
  const shown = label
    .split("`")
    .map((part, i) => (i % 2 === 1 ? codeHtml(part) : escapeHtml(part)));
  return kind === undefined ? shown.join("") : `<a href="/help/${kind}">${shown.join("")}</a>`;
}
