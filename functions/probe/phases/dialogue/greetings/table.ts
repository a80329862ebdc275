import type { Greeting } from "../../../../../shared/task/task.ts";
import { AMQP } from "./amqp.ts";
import { type GreetingProtocol, textGreeting } from "./greeting-type.ts";
import { LDAP } from "./ldap.ts";
import { MQTT } from "./mqtt.ts";
import { MYSQL } from "./mysql.ts";
import { POSTGRESQL } from "./postgresql.ts";

/** How each protocol begins. Patterns of texts take whole lines, so that nothing is left for a dialogue. */
export const GREETING_PROTOCOLS: Readonly<Record<Greeting, GreetingProtocol>> = {
  // RFC 4253, 4.2. Other lines may come before. OpenSSH says why it takes no more clients. It logs a
  // client without an identification of its own as an error.
  ssh: textGreeting({
    expect: "^SSH-(?:2\\.0|1\\.99)-(?P<server>[!-~]+)[^\\n]*\\n",
    reject: "^(?:Exceeded MaxStartups|Not allowed at this time)",
    goodbye: "SSH-2.0-Synfleet\r\n",
  }),
  // RFC 5321, 4.2: the last line has no hyphen.
  smtp: textGreeting({
    expect: "^220(?: +(?P<server>[!-~]+)[^\\n]*)?[ \\r]*\\n",
    reject: "^[45]\\d\\d[ -]",
    goodbye: "QUIT\r\n",
  }),
  // RFC 9051, 7.1. What else the line says differs from check to check with some servers.
  imap: textGreeting({
    expect: "^\\* (?:OK|PREAUTH)\\b[^\\n]*\\n",
    reject: "^\\* BYE\\b",
    goodbye: "a LOGOUT\r\n",
  }),
  // RFC 1939, 4.
  pop3: textGreeting({
    expect: "^\\+OK\\b[^\\n]*\\n",
    reject: "^-ERR\\b",
    goodbye: "QUIT\r\n",
  }),
  // RFC 959, 5.4: 120 may come first, and then 220 after a while.
  ftp: textGreeting({
    expect: "^220(?: [^\\n]*)?[ \\r]*\\n",
    reject: "^[45]\\d\\d[ -]",
    goodbye: "QUIT\r\n",
  }),
  mysql: MYSQL,
  postgresql: POSTGRESQL,
  // A server that wants a password (NOAUTH) or allows no PING (NOPERM) is up. What else it refuses
  // with is that it loads, is full, is protected, or has lost its master.
  redis: textGreeting({
    opening: "PING\r\n",
    expect: "^(?:\\+PONG|-NO[A-Z]+)\\b[^\\n]*\\n",
    reject: "^-(?:[A-MO-Z]|N[A-NP-Z])",
  }),
  // A server that wants a password says so to whatever it is asked.
  memcached: textGreeting({
    opening: "version\r\n",
    expect: "^(?:VERSION (?P<version>[!-~]+)|CLIENT_ERROR unauthenticated)[^\\n]*\\n",
    reject: "^(?:SERVER_)?ERROR\\b",
    goodbye: "quit\r\n",
  }),
  mqtt: MQTT,
  amqp: AMQP,
  ldap: LDAP,
};
