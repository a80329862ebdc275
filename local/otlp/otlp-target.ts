/** A collector. The headers may be secrets, so they are never shown. */
export interface OtlpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const PATH = "/v1/metrics";

/** Takes the endpoint of the environment. */
const FROM_ENVIRONMENT = "env";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The collector that `--otlp` names, or a sentence why it names none. `env` stands for the endpoint of
 * the environment; without the option, nothing of the environment is looked at.
 * Source: OpenTelemetry, "OTLP Exporter Configuration".
 */
export function parseOtlpTarget(option: string, env: Environment): OtlpTarget | string {
  const isEnv = option === FROM_ENVIRONMENT;
  const text = isEnv ? (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? "") : option;
  const name = isEnv ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "--otlp";
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return `${name} must be a URL like http://127.0.0.1:4318${isEnv ? "" : ", or env"}`;
  if (url.username !== "" || url.password !== "")
    return `${name} must be without a password: headers go into OTEL_EXPORTER_OTLP_HEADERS`;
  const headers = parseHeaders(env.OTEL_EXPORTER_OTLP_HEADERS ?? "");
  if (headers === null) return "OTEL_EXPORTER_OTLP_HEADERS must be like name=value,name2=value2";
  if (!url.pathname.endsWith(PATH)) url.pathname = url.pathname.replace(/\/*$/, PATH);
  return { url: url.href, headers };
}

/** Names and values as in W3C baggage: percent-encoded, divided by commas. Null if they are not. */
function parseHeaders(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const pair of text.split(",").filter((each) => each.trim() !== "")) {
    const [, name = "", value = ""] =
      /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([^\r\n]*?)\s*$/.exec(pair) ?? [];
    const decoded = decode(value);
    if (name === "" || decoded === null) return null;
    headers[name.toLowerCase()] = decoded;
  }
  return headers;
}

/** Null if it is not encoded, or has what no header may have. */
function decode(value: string): string | null {
  try {
    const decoded = decodeURIComponent(value);
    return /^[\t\x20-\x7e\x80-\xff]*$/.test(decoded) ? decoded : null;
  } catch {
    return null;
  }
}
