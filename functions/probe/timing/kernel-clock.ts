import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HandshakeClock, HandshakeTime } from "./handshake-clock.ts";

/** `getsockopt(2)` on Linux, and what `struct tcp_info` of linux/tcp.h has where. */
const IPPROTO_TCP = 6;
const TCP_INFO = 11;
const RTT_US_AT = 68;
const RTT_VARIANCE_US_AT = 72;
const RETRANSMITS_AT = 100;
const INFO_BYTES = 104;

type GetSockOpt = (fd: number, level: number, option: number, info: Buffer, size: Buffer) => number;

/** The part of koffi's binary that is used: a C function of this process, by its prototype. */
interface Koffi {
  load(library: null): { func(prototype: string): GetSockOpt };
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

/**
 * The kernel's own figure for a handshake, or null where it can't be asked: not Linux, no binary for
 * this platform, or one that does not load. Costs 1.1 ms once and half a microsecond a check.
 */
export function loadKernelClock(paths: readonly string[] = binaryPaths()): HandshakeClock | null {
  const path = process.platform === "linux" ? paths.find((found) => existsSync(found)) : undefined;
  if (path === undefined) return null;
  const getSockOpt = bindGetSockOpt(path);
  return getSockOpt === null ? null : { read: (fd) => readTcpInfo(fd, getSockOpt) };
}

function bindGetSockOpt(path: string): GetSockOpt | null {
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, path);
    const koffi = module.exports as Koffi;
    return koffi.load(null).func("int getsockopt(int, int, int, void *, void *)");
  } catch {
    // Another libc or an older kernel's loader: timing in this process is the fall-back.
    return null;
  }
}

// Used for one call at a time, so one of each serves all.
const info = Buffer.alloc(INFO_BYTES);
const size = Buffer.alloc(4);

function readTcpInfo(fd: number, getSockOpt: GetSockOpt): HandshakeTime | null {
  size.writeUInt32LE(INFO_BYTES);
  if (getSockOpt(fd, IPPROTO_TCP, TCP_INFO, info, size) !== 0) return null;
  if (size.readUInt32LE() < INFO_BYTES) return null;
  const synRetransmits = info.readUInt32LE(RETRANSMITS_AT);
  // After a lost SYN the kernel's figure starts at the last one: the whole wait is what counts.
  if (synRetransmits > 0) return { connectTimeMs: null, synRetransmits };
  const rttUs = info.readUInt32LE(RTT_US_AT);
  // Half the round trip is what the first sample alone leaves behind: later ones would show.
  const isHandshake = info.readUInt32LE(RTT_VARIANCE_US_AT) === Math.floor(rttUs / 2);
  return isHandshake ? { connectTimeMs: rttUs / 1_000, synRetransmits } : null;
}
