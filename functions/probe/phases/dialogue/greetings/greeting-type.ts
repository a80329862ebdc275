import type { DialogueStep } from "../../../../../shared/task/task.ts";

/** How a server answered to what a protocol begins with. */
export type GreetingAnswer =
  | {
      readonly kind: "good";
      /** What the protocol tells of the server, without what differs from check to check. */
      readonly labels?: Readonly<Record<string, string>>;
      readonly goodbye?: Goodbye;
    }
  /** It speaks the protocol and serves nobody, or not this client; the code is a constant of ours. */
  | { readonly kind: "rejected"; readonly errorCode: string }
  /** `isVersion`: it speaks another version of the protocol. */
  | { readonly kind: "unexpected"; readonly isVersion?: true };

/** What ends a protocol politely, so that the server does not count or log a broken connection. */
export interface Goodbye {
  readonly bytes: Uint8Array;
  /** What the server may ask back, and is told then; null for nothing. */
  readonly answer?: (received: Buffer) => Uint8Array | null;
}

/** A protocol of texts: steps as in a task's dialogue. */
interface TextGreeting {
  readonly kind: "text";
  readonly steps: readonly DialogueStep[];
  readonly goodbye?: string;
}

/** A protocol of packets. */
interface PacketGreeting {
  readonly kind: "packets";
  /** What the client says first; absent if the server does. */
  readonly opening?: Uint8Array;
  /** Reads what has come; null if more has to come. `isInTls`: the protocol itself was asked for TLS since. */
  readonly read: (received: Buffer, isInTls: boolean) => GreetingAnswer | null;
}

/** How a protocol begins. */
export type GreetingProtocol = TextGreeting | PacketGreeting;

/** Makes the steps of a protocol of texts. */
export function textGreeting(texts: {
  readonly opening?: string;
  readonly expect: string;
  readonly reject: string;
  readonly goodbye?: string;
}): GreetingProtocol {
  const { opening, expect, reject, goodbye } = texts;
  const phase = "greeting";
  const steps: readonly DialogueStep[] = [
    ...(opening === undefined ? [] : [{ kind: "send", text: opening, phase } as const]),
    { kind: "reject", pattern: reject, phase },
    { kind: "expect", pattern: expect, phase },
  ];
  return { kind: "text", steps, ...(goodbye !== undefined && { goodbye }) };
}
