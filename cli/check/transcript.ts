import { isUtf8 } from "node:buffer";
import type { Listen } from "../../functions/probe/probers/probers.ts";
import { escapeText } from "../../shared/task/task.ts";

/** A line that was sent or received, with the escapes of a task's `send`. */
export interface SpokenLine {
  readonly direction: "sent" | "received";
  readonly text: string;
}

const ARROWS = { sent: "→", received: "←" } as const;

const MOST_LINES = 40;
const MOST_CHARACTERS = 200;

/** Far more than is shown, so that what follows is known to be cut. */
const MOST_BYTES = 64 * 1_024;

const NEWLINE = 0x0a;

interface Speech {
  readonly direction: SpokenLine["direction"];
  readonly bytes: Buffer;
}

/** Keeps the beginning of what is said on a connection. */
export class Transcript {
  #speeches: Speech[] = [];
  #byteCount = 0;
  #isCut = false;

  readonly listen: Listen = (direction, bytes) => {
    this.#isCut ||= this.#byteCount + bytes.length > MOST_BYTES;
    if (this.#isCut) return;
    this.#byteCount += bytes.length;
    this.#add({ direction, bytes: Buffer.from(bytes) });
  };

  /** What was said so far, without these secrets; the next check begins anew. */
  take(secrets: Iterable<string>): SpokenLine[] {
    const lines = this.#speeches.flatMap((speech) => linesOf(withoutSecrets(speech, secrets)));
    const isCut = this.#isCut || lines.length > MOST_LINES;
    const { direction = "received" } = lines[MOST_LINES] ?? lines.at(-1) ?? {};
    this.#speeches = [];
    this.#byteCount = 0;
    this.#isCut = false;
    return [...lines.slice(0, MOST_LINES), ...(isCut ? [{ direction, text: "…" }] : [])];
  }

  /** The network cuts what is said anywhere, also within a line or a secret. */
  #add({ direction, bytes }: Speech): void {
    const last = this.#speeches.at(-1);
    if (direction === "sent" || last?.direction !== direction) {
      this.#speeches.push({ direction, bytes });
      return;
    }
    this.#speeches.pop();
    this.#speeches.push({ direction, bytes: Buffer.concat([last.bytes, bytes]) });
  }
}

/** A server may say again what it was told. */
function withoutSecrets({ direction, bytes }: Speech, secrets: Iterable<string>): Speech {
  let text = bytes.toString("latin1");
  // One secret may be a part of another.
  for (const secret of [...secrets].sort((left, right) => right.length - left.length)) {
    if (secret !== "") text = text.replaceAll(Buffer.from(secret).toString("latin1"), "***");
  }
  return { direction, bytes: Buffer.from(text, "latin1") };
}

function linesOf({ direction, bytes }: Speech): SpokenLine[] {
  const lines: SpokenLine[] = [];
  for (let begin = 0; begin < bytes.length && lines.length <= MOST_LINES; ) {
    const end = bytes.indexOf(NEWLINE, begin) + 1 || bytes.length;
    lines.push({ direction, text: show(bytes.subarray(begin, end)) });
    begin = end;
  }
  return lines;
}

function show(bytes: Buffer): string {
  const text = isUtf8(bytes) ? escapeText(bytes.toString()) : showBytes(bytes);
  const characters = [...text];
  if (characters.length <= MOST_CHARACTERS) return text;
  return `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

/** What is no text has its bytes beyond ASCII in hex. */
function showBytes(bytes: Buffer): string {
  const hexOf = (character: string) => `\\x${character.charCodeAt(0).toString(16)}`;
  return escapeText(bytes.toString("latin1")).replace(/[\x80-\xff]/g, hexOf);
}

/** A transcript as a person reads it, below the line of its check. */
export function transcriptLines(lines: readonly SpokenLine[]): string[] {
  return lines.map(({ direction, text }) => `  ${ARROWS[direction]} ${text}`);
}
