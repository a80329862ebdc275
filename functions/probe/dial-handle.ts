import { isIPv6 } from "node:net";
import { getSystemErrorName } from "node:util";
import type { Dial } from "./dial.ts";
import { dialSocket } from "./dial-socket.ts";

/** The parts of Node's own TCP binding that are used: what `net.Socket` itself stands on. */
interface TcpBinding {
  readonly TCP: new (type: number) => TcpHandle;
  readonly TCPConnectWrap: new () => ConnectRequest;
  readonly constants: { readonly SOCKET: number };
}

interface TcpHandle {
  readonly fd: number;
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
  close(): void;
}

interface ConnectRequest {
  oncomplete?: (status: number) => void;
}

/**
 * The leanest way to connect that this Node has. A check makes no use of a stream, and without one
 * costs half of the CPU and memory (measured, see bench/). The binding is Node's own business
 * (DEP0111): where it is gone, public sockets do.
 */
export function leanestDial(): Dial {
  const binding = tcpBinding();
  return binding === null ? dialSocket : dialHandle(binding);
}

function dialHandle({ TCP, TCPConnectWrap, constants }: TcpBinding): Dial {
  return ({ address, port }, listener) => {
    const handle = new TCP(constants.SOCKET);
    const request = new TCPConnectWrap();
    request.oncomplete = (status) => {
      if (status === 0) listener.opened(handle.fd);
      else listener.failed(getSystemErrorName(status));
    };
    listener.begun();
    const status = isIPv6(address)
      ? handle.connect6(request, address, port)
      : handle.connect(request, address, port);
    if (status !== 0) process.nextTick(() => listener.failed(getSystemErrorName(status)));
    return () => handle.close();
  };
}

function tcpBinding(): TcpBinding | null {
  try {
    const binding: unknown = Reflect.get(process, "binding").call(process, "tcp_wrap");
    return isTcpBinding(binding) ? binding : null;
  } catch {
    // Forbidden by the permission model, or no longer there.
    return null;
  }
}

function isTcpBinding(binding: unknown): binding is TcpBinding {
  const { TCP, TCPConnectWrap, constants } = binding as Partial<TcpBinding>;
  return (
    typeof TCP === "function" &&
    typeof TCPConnectWrap === "function" &&
    typeof constants?.SOCKET === "number" &&
    ["connect", "connect6", "close"].every((method) => method in TCP.prototype)
  );
}
