import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";

/** What the server says to a question: an rcode, records, or nothing at all. */
export type DnsReply =
  | { readonly rcode: number }
  | { readonly addresses: readonly string[]; readonly ttlSeconds: number }
  | "silence";

export interface DnsQuestion {
  readonly name: string;
  readonly type: "A" | "AAAA";
}

/** A name server on loopback. It keeps what it was asked. */
export interface DnsServer {
  readonly address: string;
  readonly questions: readonly DnsQuestion[];
  close(): Promise<void>;
}

export const NOERROR = 0;
export const SERVFAIL = 2;
export const NXDOMAIN = 3;
export const REFUSED = 5;

const TYPES: Readonly<Record<number, DnsQuestion["type"]>> = { 1: "A", 28: "AAAA" };

type Answering = (question: DnsQuestion) => DnsReply | Promise<DnsReply>;

export async function startDnsServer(answer: Answering): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const questions: DnsQuestion[] = [];
  let isClosed = false;
  socket.on("message", async (query: Buffer, from: RemoteInfo) => {
    const { question, end } = readQuestion(query);
    questions.push(question);
    const reply = await answer(question);
    if (reply === "silence" || isClosed) return;
    socket.send(writeReply(query.subarray(0, end), reply), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      socket.close();
      await once(socket, "close");
    },
  };
}

// Layout: RFC 1035 4.1. A question without compression, as c-ares writes it.
function readQuestion(query: Buffer): { question: DnsQuestion; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let size = query.readUInt8(at); size > 0; size = query.readUInt8(at)) {
    labels.push(query.toString("ascii", at + 1, at + 1 + size));
    at += 1 + size;
  }
  const type = TYPES[query.readUInt16BE(at + 1)] ?? "A";
  return { question: { name: labels.join("."), type }, end: at + 5 };
}

function writeReply(query: Buffer, reply: Exclude<DnsReply, "silence">): Buffer {
  const addresses = "addresses" in reply ? reply.addresses : [];
  const head = Buffer.from(query);
  head.writeUInt16BE(0x8180 | ("rcode" in reply ? reply.rcode : NOERROR), 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const ttlSeconds = "ttlSeconds" in reply ? reply.ttlSeconds : 0;
  return Buffer.concat([head, ...addresses.map((address) => writeRecord(address, ttlSeconds))]);
}

function writeRecord(address: string, ttlSeconds: number): Buffer {
  const bytes = address.includes(":") ? ipv6Bytes(address) : address.split(".").map(Number);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(bytes.length === 16 ? 28 : 1, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([record, Buffer.from(bytes)]);
}

function ipv6Bytes(address: string): number[] {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill("0");
  const all = [...groups(head), ...zeros, ...groups(tail)].map((group) =>
    Number.parseInt(group, 16),
  );
  return all.flatMap((group) => [group >> 8, group & 255]);
}
