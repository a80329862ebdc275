import type { Greeting, Task } from "../../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS } from "../../../../shared/units.ts";
import type { PhaseFailure, Session } from "../session/session.ts";
import type { Conversation } from "./conversation.ts";
import type { Goodbye, GreetingAnswer, GreetingProtocol } from "./greetings/greeting-type.ts";
import { GREETING_PROTOCOLS } from "./greetings/table.ts";
import { noteLabel } from "./labels.ts";
import { runSteps } from "./run-steps.ts";

/** A server that asks something back before the end is waited for no longer. */
const LAST_ANSWER_MS: DurationMs = SECOND_MS;

/** What ends the protocol of a session that was greeted. */
const GOODBYES = new WeakMap<Session, Goodbye>();

/** Says what a protocol begins with, and waits until the server has answered as it should. */
export async function greet(
  conversation: Conversation,
  greeting: Greeting,
): Promise<PhaseFailure | null> {
  const protocol = GREETING_PROTOCOLS[greeting];
  recallGreeting(conversation.session, greeting);
  if (protocol.kind === "packets") return await greetByPackets(conversation, greeting, protocol);
  const failure = await runSteps(conversation, protocol.steps);
  if (failure === null && protocol.goodbye !== undefined) {
    GOODBYES.set(conversation.session, { bytes: Buffer.from(protocol.goodbye) });
  }
  return failure;
}

/** A server that was asked for TLS in this protocol has greeted before that, and does not do it again. */
function recallGreeting(session: Session, greeting: Greeting): void {
  const { task, channel, greetedWith } = session;
  if (greetedWith === null || !isStartedBy(task, greeting)) return;
  session.greetedWith = null;
  session.receivedMessages--;
  channel.putBack(greetedWith);
}

function isStartedBy({ tls }: Task, greeting: Greeting): boolean {
  return tls?.starttls === greeting;
}

/** Ends the protocol of a session politely, if it was greeted. What the server says to that is its own affair. */
export async function sayGoodbye(session: Session): Promise<void> {
  const { channel, clock } = session;
  const goodbye = GOODBYES.get(session);
  if (goodbye === undefined) return;
  channel.send(goodbye.bytes);
  if (goodbye.answer === undefined) return;
  channel.take();
  await channel.wait(clock.monotonic() + LAST_ANSWER_MS);
  const reply = goodbye.answer(channel.received);
  if (reply !== null) channel.send(reply);
}

async function greetByPackets(
  conversation: Conversation,
  greeting: Greeting,
  { opening, read }: Extract<GreetingProtocol, { readonly kind: "packets" }>,
): Promise<PhaseFailure | null> {
  if (opening !== undefined) conversation.send(opening);
  return await conversation.hear("greeting", (received) => {
    const answer = read(received, isStartedBy(conversation.session.task, greeting));
    if (answer === null) return null;
    if (answer.kind === "good") return understood(conversation, answer);
    return failureOf(answer, received);
  });
}

/** All that has come is taken: what follows in these protocols is said in the course of a session. */
function understood(
  conversation: Conversation,
  { labels = {}, goodbye }: Extract<GreetingAnswer, { readonly kind: "good" }>,
): "answered" {
  const { session } = conversation;
  for (const [name, text] of Object.entries(labels)) noteLabel(session, name, Buffer.from(text));
  if (goodbye !== undefined) GOODBYES.set(session, goodbye);
  conversation.take(session.channel.received.length);
  return "answered";
}

function failureOf(
  answer: Exclude<GreetingAnswer, { readonly kind: "good" }>,
  received: Buffer,
): PhaseFailure {
  const said = { answer: received, phase: "greeting" } as const;
  if (answer.kind === "rejected") {
    return { ...said, outcome: "rejected", errorCode: answer.errorCode };
  }
  const phase = answer.isVersion ? "version" : "greeting";
  return { ...said, outcome: "unexpected_answer", phase };
}
