import { readUrl } from "../message/fields.ts";
import type { Message, Tone } from "../message/message.ts";
import type { Service } from "../message/service.ts";
import { cutText } from "../message/text.ts";
import { jsonPost } from "./json-post.ts";

/** A message may have 28 KB in all. */
const MOST = { title: 200, text: 3_000, value: 300 };

const COLOURS: Readonly<Record<Tone, string>> = {
  critical: "attention",
  warning: "warning",
  good: "good",
  info: "default",
};

/** A Teams channel, through the webhook of a workflow. */
export const teams: Service = {
  title: "Teams",
  fields: ["url"],
  secretFields: ["url"],
  combines: true,
  open: (item) => {
    const url = readUrl(item, "url", null);
    return ({ message }) => jsonPost(url, bodyOf(message));
  },
};

/** Runs of text: unlike a text block, they know no Markdown. https://adaptivecards.io/explorer/TextRun.html */
function bodyOf({ tone, title, text, facts, links }: Message): object {
  const heading = { text: cutText(title, MOST.title), weight: "bolder", size: "large" };
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      textBlock([{ ...heading, color: COLOURS[tone] }]),
      ...cutText(text, MOST.text)
        .split("\n")
        .map((line) => textBlock([{ text: line }])),
      ...facts.map(({ name, value }) =>
        textBlock([{ text: `${name}: `, weight: "bolder" }, { text: cutText(value, MOST.value) }]),
      ),
    ],
    actions: links.map(({ label, url }) => ({ type: "Action.OpenUrl", title: label, url })),
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
}

function textBlock(runs: readonly object[]): object {
  return { type: "RichTextBlock", inlines: runs.map((run) => ({ type: "TextRun", ...run })) };
}
