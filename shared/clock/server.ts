/** A server of the time: a name or an address, and its UDP port. */
export interface ClockServer {
  readonly hostname: string;
  readonly port: number;
}

const SNTP_PORT = 123;

const FORM =
  /^(?:\[(?<v6>[0-9a-f:.]{2,45})\]|(?<name>[a-z0-9][a-z0-9.-]{0,252}))(?::(?<port>\d{1,5}))?$/i;

/** Reads `host`, `host:port` or `[address]:port`; null if the text is none of them. */
export function parseClockServer(text: string): ClockServer | null {
  const { v6, name, port = String(SNTP_PORT) } = FORM.exec(text)?.groups ?? {};
  const hostname = v6 ?? name;
  const number = Number(port);
  if (hostname === undefined || number < 1 || number > 65_535) return null;
  return { hostname, port: number };
}
