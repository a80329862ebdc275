/** What Slack's incoming webhooks take as `text`. */
export interface SlackMessage {
  readonly text: string;
}

/**
 * A sentence as Slack shows it and no more: a name can neither mention a channel or a person, as
 * `<!channel>` would, nor make a link. Only these three characters are to be escaped.
 * https://docs.slack.dev/messaging/formatting-message-text/#escaping
 */
export function toSlack(sentence: string): SlackMessage {
  const text = sentence.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return { text };
}
