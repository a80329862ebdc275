/** A code of Node or OpenSSL as it is stored: `ERR_SSL_SSL/TLS_ALERT_…` has a slash, and none is long. */
export function constantOf(code: string): string {
  return code.replace(/[^A-Za-z0-9]+/g, "_").slice(0, 80) || "UNKNOWN";
}
