/** Files of one tool, and what becomes of their checks. */
interface Case {
  readonly name: string;
  readonly files: readonly (readonly [file: string, text: string])[];
  readonly tasks: readonly object[];
  readonly refused?: Readonly<Record<string, string>>;
  readonly others?: Readonly<Record<string, number>>;
  /** Parts of what is told of the tasks. */
  readonly told?: readonly string[];
}

const GATUS = `
alerting:
  slack:
    webhook-url: "\${SLACK}"
    default-alert: { failure-threshold: 5, success-threshold: 3, minimum-reminder-interval: 1h }
endpoints:
  - name: redis
    group: core
    url: "tcp://redis.example.com:6379"
    interval: 30s
    body: "PING\\r\\n"
    conditions: ["[CONNECTED] == true", "[BODY] == pat(*PONG*)", "[RESPONSE_TIME] < 500", "[IP] == 1.2.3.4"]
    alerts: [{ type: slack }]
  - { name: ldap, url: "tls://ldap.example.com:636", client: { insecure: true, timeout: 3s }, conditions: ["[CERTIFICATE_EXPIRATION] > 48h"] }
  - { name: mail, enabled: false, url: "starttls://mx.example.com:587", conditions: [] }
  - { name: env, url: "tcp://\${HOST}:22", conditions: ["[CONNECTED] == false"] }
  - { name: flux, url: "tcp://\${HOST:=db}:\${PORT:=22}", conditions: [] }
  - { name: tpl, url: "tcp://{{ .Host }}:22", conditions: [] }
  - { name: secret, url: "tcp://a:1", body: "AUTH \${PW}", conditions: [] }
  - { name: web, url: "https://example.com", conditions: ["[STATUS] == 200"] }
  - { name: dns, url: "1.1.1.1", dns: { query-name: a, query-type: A }, conditions: [] }
`;

const KUMA = JSON.stringify({
  version: "1.23.0",
  monitorList: [
    { id: 1, name: "Servers", type: "group" },
    {
      id: 2,
      name: "SSH",
      type: "port",
      hostname: "2001:db8::1",
      port: 22,
      interval: 60,
      retryInterval: 20,
      maxretries: 2,
      resendInterval: 5,
      parent: 1,
      active: true,
      tags: [{ name: "prod", value: "" }],
      notificationIDList: { "1": true },
      proxyId: null,
    },
    {
      id: 3,
      name: "Closed",
      type: "port",
      hostname: "a.example.com",
      port: 23,
      interval: 10,
      maxretries: 0,
      retryInterval: 10,
      upsideDown: true,
      active: 0,
    },
    { id: 4, name: "Web", type: "http", url: "https://example.com", maxretries: 0 },
  ],
});

const UPPTIME = `
owner: someone
repo: status
sites:
  - { name: Web, url: "https://example.com" }
  - { name: SSH, check: tcp-ping, url: host.example.com, port: 22, ipv6: true, maxResponseTime: 3000 }
  - { name: Secret, check: "tcp-ping", url: $SECRET_HOST, port: $SECRET_PORT }
workflowSchedule: { uptime: "*/10 * * * *" }
`;

const CLOUDPROBER = `
# comment
probe {
  name: "db"
  type: TCP
  targets { host_names: "a.example.com:5432,b.example.com" }
  interval_msec: 500
  timeout: "2s"
  tcp_probe { port: 5433  tls_handshake: true tls_config < disable_cert_validation: true > }
  alert { name: "x" condition { failures: 3 total: 5 } notify { command: "x" } }
}
probe { name: "neg" type: TCP negative_test: true interval: "30s" targets { endpoint { name: "x" ip: "192.0.2.1" port: 23 } } }
probe { name: "k8s" type: TCP targets { k8s { namespace: "a" services: "" } } tcp_probe {} }
probe { name: "t" type: TCP targets { host_names: "{{.host}}:22" } tcp_probe {} }
probe { name: "web" type: HTTP targets { host_names: "example.com" } }
`;

const JSONNET = `
local base = { type: 'TCP', interval: '30s', timeout: '5s' };
local host(name) = name + '.example.com';
{
  probe: [
    base { name: 'a', targets: { hostNames: 'a.example.com:1' }, tcpProbe: {} },
    base + { name: 'b', targets+: { hostNames: host('b') } },
  ],
}
`;

const CHECKLY = `
import { TcpMonitor, TcpAssertionBuilder, Frequency, ApiCheck } from 'checkly/constructs'
const defaults = { frequency: Frequency.EVERY_5M, locations: ['eu-central-1'], tags: ['db'] } as const
new ApiCheck('api', { name: 'API' })
new TcpMonitor('db', {
  ...defaults,
  name: \`Database \${'one'}\`,
  request: {
    hostname: 'db.example.com', port: 5432, data: 'x\\n',
    assertions: [TcpAssertionBuilder.responseData().contains('y.'), TcpAssertionBuilder.responseData().notContains('no')],
  },
})
new TcpMonitor('env', { name: 'Env', request: { hostname: process.env.DB_HOST || 'localhost', port: 1, ipFamily: 'IPv6' } })
for (const host of hosts) new TcpMonitor(host, { name: host, request: { hostname: host, port: 22 } })
`;

const CHECKLY_REPEATED = `
import { TcpMonitor, CheckGroupV2, Frequency } from 'checkly/constructs'
import { elsewhere } from './groups'
const group = new CheckGroupV2('g', { name: 'Stores', tags: ['g'], frequency: Frequency.EVERY_1M, alertChannels: [mail] })
const stores = [{ id: 'a', port: 1 }, { id: 'b' }]
for (const { id, port = 9 } of stores) {
  const name = \`store \${id}\`
  new TcpMonitor(id, { name, group, request: { hostname: id + '.example.com', port } })
}
['c'].map((host, i) => {
  const name = \`mapped \${host}\${i}\`
  new TcpMonitor(name, { name, group: elsewhere, request: { hostname: host, port: 5 } })
})
Object.entries({ d: 6 }).forEach(([host, port]) => new TcpMonitor(host, { request: { hostname: host, port } }))
function monitor(host: string, port = 22) {
  new TcpMonitor(host, { name: 'of ' + host, request: { hostname: host, port } })
}
monitor('e')
const both = ['f', 'g']
both.forEach((host) => monitor(host, 8))
for (const host of await load()) new TcpMonitor('loaded', { request: { hostname: 'h', port: 1 } })
for (const { id, port } of stores) if (port) new TcpMonitor(\`if \${id}\`, { request: { hostname: id, port: 1 } })
while (more()) new TcpMonitor('while', { request: { hostname: 'h', port: 1 } })
let last = 'h'
last = await load()
new TcpMonitor('set later', { request: { hostname: last, port: 1 } })
`;

const UPTIMEFLARE = `
import { WorkerConfig } from './types/config'
const workerConfig: WorkerConfig = {
  monitors: [
    { id: 'web', name: 'Web', method: 'GET', target: 'https://example.com' },
    { id: 'ssh', name: 'SSH', method: 'TCP_PING', target: '[2001:db8::2]:22', timeout: 5000 },
  ],
}
export { workerConfig }
`;

const TELEGRAF = `
[agent]
  interval = "20s"
[[inputs.cpu]]
[[inputs.ping]]
  urls = ["a"]
[[inputs.net_response]]
  protocol = "tcp"
  address = "localhost:6379"
  timeout = "1s"
  send = "PING\\r\\n"
  expect = "+PONG"
  [inputs.net_response.tags]
    env = "prod"
[[inputs.net_response]]
  protocol = "udp"
  address = "localhost:53"
`;

const HEARTBEAT = `
heartbeat.monitors:
- type: tcp
  id: svc
  hosts: ["a.example.com", "tls://b.example.com:443"]
  ports: [80, 81]
  schedule: '@every 5s'
  mode: all
  check.send: "hi"
  check.receive: "ho?"
- type: tcp
  name: cron
  hosts: ["c.example.com:1"]
  schedule: '*/10 * * * * * *'
  enabled: false
- type: icmp
  hosts: ["a"]
  schedule: '* * * * *'
`;

const VIGIL = `
[metrics]
poll_interval = 60
poll_delay_dead = 10
poll_delay_sick = 5
[[probe.service]]
id = "web"
label = "Web nodes"
[[probe.service.node]]
id = "lb"
label = "Balancer"
mode = "poll"
replicas = ["tcp://a.example.com:80", "https://b.example.com", "\${STORE_URL}"]
`;

const VARIABLE_REPLICA = `replica "\${STORE_URL}"`;

const OPENSTATUS = `
"db":
  kind: tcp
  name: Database
  frequency: 1m
  active: false
  regions: [iad, koyeb_was, fra, nowhere]
  request: { host: db.example.com, port: 5432 }
  retry: 3
"web": { kind: http, frequency: 1m, request: { url: "https://example.com" } }
`;

const PROMETHEUS = `
global: { scrape_interval: 15s }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ["a:9100"] }]
  - job_name: mail
    metrics_path: /probe
    params: { module: [smtp_starttls] }
    static_configs: [{ targets: ["mx.example.com:25", "drop.example.com:25"] , labels: { team: mail } }]
    relabel_configs: &rules
      - { source_labels: [__address__], regex: "drop.*", action: drop }
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { target_label: __address__, replacement: "bb:9115" }
  - job_name: banner
    metrics_path: /probe
    params: { module: [pop3s_banner] }
    file_sd_configs: [{ files: ["/etc/sd/pop*.json", "/etc/sd/missing.json"] }]
    relabel_configs: *rules
  - job_name: web
    metrics_path: /probe
    params: { module: [http_2xx] }
    static_configs: [{ targets: ["https://example.com"] }]
`;

const BLACKBOX = `
modules:
  http_2xx: { prober: http }
  smtp_starttls:
    prober: tcp
    timeout: 5s
    tcp:
      preferred_ip_protocol: ip4
      ip_protocol_fallback: false
      query_response:
        - expect: "^220 ([^ ]+) ESMTP$"
          labels: [{ name: server, value: "$1" }]
        - send: "EHLO prober\\r"
        - send: !!binary AAE=
        - expect_bytes: S
        - starttls: true
  pop3s_banner:
    prober: tcp
    tcp:
      query_response: [{ expect: "^+OK" }]
      tls: true
      tls_config: { insecure_skip_verify: true, min_version: TLS12 }
`;

const tags = (job: string) => ({ job });

/** Every format, with what is special about it. */
export const FILES: readonly Case[] = [
  {
    name: "Gatus: conditions, alerts, variables",
    files: [["gatus.yaml", GATUS]],
    tasks: [
      {
        name: "redis",
        target_id: "core",
        host: "redis.example.com:6379",
        schedule_seconds: 30,
        timeout_seconds: 10,
        alert: {
          warning: { avg_connect_time_ms: false },
          critical: { avg_connect_time_ms: 500 },
          failure_threshold: 5,
          success_threshold: 3,
          reminder_minutes: 60,
        },
        dialogue: [{ send: "PING\\r\\n" }, { expect: "(?s).*PONG.*" }],
      },
      {
        name: "ldap",
        host: "ldap.example.com:636",
        schedule_seconds: 60,
        timeout_seconds: 3,
        tls: { mode: "permissive", expires_warning_days: 3, expires_critical_days: 2 },
      },
      {
        name: "mail",
        host: "mx.example.com:587",
        enabled: false,
        schedule_seconds: 60,
        timeout_seconds: 10,
        tls: { starttls: "smtp" },
      },
      {
        name: "env",
        host: "\ue000HOST\ue001:22",
        schedule_seconds: 60,
        timeout_seconds: 10,
        expect: "closed",
      },
      {
        name: "flux",
        host: "\ue000HOST:-db\ue001:\ue000PORT:-22\ue001",
        schedule_seconds: 60,
        timeout_seconds: 10,
      },
    ],
    refused: {
      'endpoint "tpl"': "its target has {{ .Host }}, which is filled outside of the file",
      'endpoint "secret"': "its body has variables, and none may be in what a task sends",
    },
    others: { https: 1, dns: 1 },
    told: ['the condition "[IP] == 1.2.3.4"', "the variable HOST", "the alerts to slack"],
  },
  {
    name: "Uptime Kuma: groups, upside down, tags",
    files: [["backup.json", KUMA]],
    tasks: [
      {
        name: "SSH",
        target_id: "Servers",
        host: "[2001:db8::1]",
        port: 22,
        schedule_seconds: 60,
        timeout_seconds: 5,
        alert: { failure_threshold: 3, reminder_minutes: 5 },
        tags: { prod: "true" },
      },
      {
        name: "Closed",
        host: "a.example.com",
        port: 23,
        enabled: false,
        schedule_seconds: 10,
        timeout_seconds: 5,
        alert: { failure_threshold: 1 },
        expect: "closed",
      },
    ],
    others: { http: 1 },
    told: ["retryInterval", "notifications", "upside down"],
  },
  {
    name: "Upptime: ports, IPv6, secrets",
    files: [[".upptimerc.yml", UPPTIME]],
    tasks: [
      {
        name: "SSH",
        host: "host.example.com",
        port: 22,
        address_family: "ipv6",
        schedule_seconds: 600,
        timeout_seconds: 5,
        alert: { warning: { avg_connect_time_ms: 3000 }, critical: { avg_connect_time_ms: false } },
      },
      {
        name: "Secret",
        host: "\ue000SECRET_HOST\ue001",
        port: "\ue000SECRET_PORT\ue001",
        schedule_seconds: 600,
        timeout_seconds: 5,
      },
    ],
    others: { http: 1 },
    told: ["the variable SECRET_PORT"],
  },
  {
    name: "cloudprober: textproto",
    files: [["cloudprober.cfg", CLOUDPROBER]],
    tasks: [
      ...["a", "b"].map((host) => ({
        name: `db ${host}.example.com${host === "a" ? ":5432" : ""}`,
        target_id: "db",
        host: `${host}.example.com`,
        port: 5433,
        schedule_seconds: 1,
        timeout_seconds: 1,
        tls: { mode: "permissive" },
        alert: { failures: "3 of 5" },
      })),
      {
        name: "neg",
        host: "192.0.2.1",
        port: 23,
        schedule_seconds: 30,
        timeout_seconds: 1,
        expect: "closed",
      },
    ],
    refused: {
      'probe "k8s"': "its targets come from k8s, which only cloudprober can ask",
      'probe "t" of {{.host}}:22': "its target has {{.host}}, which is filled outside of the file",
    },
    others: { http: 1 },
    told: ["every 1 s, not 500 ms", "whom its alert notifies"],
  },
  {
    name: "cloudprober: the literals of jsonnet",
    files: [["cloudprober.jsonnet", JSONNET]],
    tasks: [{ name: "a", host: "a.example.com:1", schedule_seconds: 30, timeout_seconds: 5 }],
    refused: { 'probe "b"': "its hosts are made by code, which is not run: a call" },
  },
  {
    name: "Checkly: the literals of TypeScript",
    files: [["tcp.check.ts", CHECKLY]],
    tasks: [
      {
        name: "Database one",
        host: "db.example.com",
        port: 5432,
        schedule_seconds: 300,
        timeout_seconds: 5,
        address_family: "ipv4",
        dialogue: [{ send: "x\\n" }, { reject: "no" }, { expect: "y\\." }],
        regions: ["eu-central-1"],
        tags: { db: "true" },
      },
      {
        name: "Env",
        host: "\ue000DB_HOST:-localhost\ue001",
        port: 1,
        schedule_seconds: 600,
        timeout_seconds: 5,
        address_family: "ipv6",
      },
    ],
    refused: { 'TcpMonitor "host"': "it is made in a loop, which is not run: hosts" },
    others: { ApiCheck: 1 },
    told: ["eu-central-1", 'without it, it is "localhost"'],
  },
  {
    name: "Checkly: loops over literals, functions, groups",
    files: [["tcp.check.ts", CHECKLY_REPEATED]],
    tasks: [
      ...["a", "b"].map((id) => ({
        name: `store ${id}`,
        target_id: "Stores",
        host: `${id}.example.com`,
        port: id === "a" ? 1 : 9,
        schedule_seconds: 60,
        timeout_seconds: 5,
        address_family: "ipv4",
        tags: { g: "true" },
      })),
      ...(
        [
          ["mapped c0", "c", 5],
          ["d", "d", 6],
          ["of e", "e", 22],
          ["of f", "f", 8],
          ["of g", "g", 8],
        ] as const
      ).map(([name, host, port]) => ({
        name,
        host,
        port,
        schedule_seconds: 600,
        timeout_seconds: 5,
        address_family: "ipv4",
      })),
    ],
    refused: {
      'TcpMonitor "loaded"': "it is made in a loop, which is not run: await load()",
      'TcpMonitor "if a"': "it is made under a condition, which is not run",
      'TcpMonitor "if b"': "it is made under a condition, which is not run",
      'TcpMonitor "while"': "it is made in a loop, which is not run: while (more())",
      'TcpMonitor "set later"': "its host is made by code, which is not run: last",
    },
    told: [
      "alertChannels of its group: a task has none of it",
      "group: elsewhere: what the group is called and sets is not in this file",
    ],
  },
  {
    name: "UptimeFlare",
    files: [["uptime.config.ts", UPTIMEFLARE]],
    tasks: [{ name: "SSH", host: "[2001:db8::2]:22", schedule_seconds: 60, timeout_seconds: 5 }],
    others: { http: 1 },
  },
  {
    name: "Telegraf",
    files: [["telegraf.conf", TELEGRAF]],
    tasks: [
      {
        name: "localhost:6379",
        host: "localhost:6379",
        schedule_seconds: 20,
        timeout_seconds: 2,
        dialogue: [{ send: "PING\\r\\n" }, { expect: "\\+PONG" }],
        tags: { env: "prod" },
      },
    ],
    others: { ping: 1, udp: 1 },
  },
  {
    name: "Heartbeat: hosts × ports, modes, schedules",
    files: [["heartbeat.yml", HEARTBEAT]],
    tasks: [
      ...[80, 81, null].map((port) => ({
        name: port === null ? "svc b.example.com:443" : `svc a.example.com:${port}`,
        host: port === null ? "b.example.com:443" : "a.example.com",
        ...(port !== null && { port }),
        schedule_seconds: 5,
        timeout_seconds: 5,
        address_mode: "each",
        ...(port === null && { tls: true }),
        dialogue: [{ send: "hi" }, { expect: "ho\\?" }],
      })),
      {
        name: "cron",
        host: "c.example.com:1",
        schedule_seconds: 10,
        timeout_seconds: 10,
        enabled: false,
      },
    ],
    others: { icmp: 1 },
  },
  {
    name: "Vigil",
    files: [["vigil.cfg", VIGIL]],
    tasks: [
      {
        name: "Balancer a.example.com:80",
        target_id: "web",
        host: "a.example.com:80",
        schedule_seconds: 60,
        timeout_seconds: 10,
        alert: { warning: { avg_connect_time_ms: 5000 }, critical: { avg_connect_time_ms: false } },
      },
    ],
    refused: {
      [VARIABLE_REPLICA]: "a variable gives its scheme, so whether it is TCP is not known",
    },
    others: { https: 1 },
  },
  {
    name: "OpenStatus: the nearest regions",
    files: [["openstatus.yaml", OPENSTATUS]],
    tasks: [
      {
        name: "Database",
        host: "db.example.com",
        port: 5432,
        enabled: false,
        schedule_seconds: 60,
        timeout_seconds: 45,
        regions: ["us-east-1", "eu-central-1"],
      },
    ],
    others: { http: 1 },
    told: ["iad, koyeb_was → us-east-1; fra → eu-central-1", 'the region "nowhere"'],
  },
  {
    name: "webstatuspi: both spellings",
    files: [
      [
        "config.yaml",
        'monitor: {interval: 30}\nurls:\n  - {name: W, url: "https://a"}\n  - {name: A, type: tcp, host: a, port: 1}\ntcp:\n  - {name: B, host: b, port: 2, timeout: 3}\n',
      ],
    ],
    tasks: [
      { name: "B", host: "b", port: 2, schedule_seconds: 30, timeout_seconds: 3 },
      { name: "A", host: "a", port: 1, schedule_seconds: 30, timeout_seconds: 10 },
    ],
    others: { http: 1 },
  },
  {
    name: "Prometheus with blackbox_exporter and a list of targets",
    files: [
      ["prometheus.yml", PROMETHEUS],
      ["blackbox.yml", BLACKBOX],
      ["pop3.json", '[{"targets": ["pop.example.com:995"]}]'],
    ],
    tasks: [
      {
        name: "mx.example.com:25",
        host: "mx.example.com:25",
        tags: { ...tags("mail"), team: "mail" },
        schedule_seconds: 15,
        timeout_seconds: 5,
        dialogue: [
          { expect: "^220 (?P<server>[^\\r\\n ]+) ESMTP\\r?$" },
          { send: "EHLO prober\\r\\n" },
          { send_hex: "0001" },
          { expect_hex: "53" },
          { starttls: true },
        ],
        tls: true,
        address_family: "ipv4",
      },
      {
        name: "pop.example.com:995",
        host: "pop.example.com:995",
        tags: tags("banner"),
        schedule_seconds: 15,
        timeout_seconds: 10,
        dialogue: [{ expect: "^\\+OK" }],
        tls: { mode: "permissive", min_version: "1.2" },
      },
    ],
    refused: {
      'targets of job "banner"': "they are in /etc/sd/missing.json: give this file too",
    },
    others: { http: 1 },
    told: ["blackbox_exporter adds", '"^+OK" can\'t match a "+"'],
  },
];
