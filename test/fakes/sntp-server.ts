import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import type { DurationMs } from "../../shared/units.ts";

/** What differs in an answer from that of a good server whose clock is ours. */
export interface SntpReply {
  /** How far the server's clock is ahead of ours. */
  readonly offsetMs?: DurationMs;
  readonly stratum?: number;
  /** Of a kiss. */
  readonly code?: string;
  readonly leap?: number;
  readonly mode?: number;
  readonly version?: number;
  /** In place of the question's nonce. */
  readonly originate?: Uint8Array;
  readonly rootDelayMs?: DurationMs;
  readonly rootDispersionMs?: DurationMs;
  /** How long the server says that it held the question. */
  readonly heldMs?: DurationMs;
  /** How late the answer is sent. */
  readonly lateMs?: DurationMs;
}

/** What the server says to one question: some packets, or nothing. */
export type SntpAnswer = readonly (SntpReply | Uint8Array)[] | "silence";

/** A time server on loopback. It keeps what it was asked. */
export interface SntpServer {
  readonly port: number;
  /** As it is configured: `127.0.0.1:port`. */
  readonly address: string;
  readonly questions: readonly { readonly bytes: Uint8Array; readonly fromPort: number }[];
  close(): Promise<void>;
}

const GOOD: SntpAnswer = [{}];

/** Starts one; `answer` is asked what to say to the question with this number, from 0. */
export async function startSntpServer(
  answer: (question: number) => SntpAnswer = () => GOOD,
): Promise<SntpServer> {
  const socket = createSocket("udp4");
  const questions: { bytes: Uint8Array; fromPort: number }[] = [];
  let isClosed = false;
  const send = (packet: Uint8Array, { port, address }: RemoteInfo) => {
    if (!isClosed) socket.send(packet, port, address);
  };
  socket.on("message", (bytes: Buffer, from: RemoteInfo) => {
    const replies = answer(questions.length);
    questions.push({ bytes: Uint8Array.from(bytes), fromPort: from.port });
    for (const reply of replies === "silence" ? [] : replies) {
      if (reply instanceof Uint8Array) send(reply, from);
      else if (reply.lateMs === undefined) send(sntpPacket(bytes, reply), from);
      else setTimeout(() => send(sntpPacket(bytes, reply), from), reply.lateMs);
    }
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  return {
    port,
    address: `127.0.0.1:${port}`,
    questions,
    close: async () => {
      isClosed = true;
      socket.close();
      await once(socket, "close");
    },
  };
}

const EPOCH_SECONDS = 2_208_988_800n;

/** The packet of a reply to a question, stamped now. */
export function sntpPacket(question: Uint8Array, reply: SntpReply): Buffer {
  const { leap = 0, version = 4, mode = 4, stratum = 1, code = "TEST" } = reply;
  const { offsetMs = 0, heldMs = 0, rootDelayMs = 0, rootDispersionMs = 1 } = reply;
  const packet = Buffer.alloc(48);
  packet[0] = (leap << 6) | (version << 3) | mode;
  packet[1] = stratum;
  packet.writeUInt32BE(toShort(rootDelayMs), 4);
  packet.writeUInt32BE(toShort(rootDispersionMs), 8);
  packet.write(code, 12, 4, "ascii");
  packet.set(reply.originate ?? question.subarray(40, 48), 24);
  const sentAtMs = Date.now() + offsetMs;
  packet.writeBigUInt64BE(toNtp(sentAtMs - heldMs), 32);
  packet.writeBigUInt64BE(toNtp(sentAtMs), 40);
  return packet;
}

/** A time in 16 bits of seconds and 16 of a fraction. */
function toShort(ms: DurationMs): number {
  return Math.round((ms / 1_000) * 65_536);
}

/** An instant in 32 bits of seconds and 32 of a fraction, in whatever era. */
export function toNtp(atMs: number): bigint {
  const wholeMs = Math.floor(atMs);
  const fraction = BigInt(Math.floor(((atMs - wholeMs + (wholeMs % 1_000)) / 1_000) * 2 ** 32));
  const seconds = BigInt(Math.floor(wholeMs / 1_000)) + EPOCH_SECONDS;
  return BigInt.asUintN(64, (seconds << 32n) | fraction);
}
