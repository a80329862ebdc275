import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { problemSentence } from "../../../shared/input/input.ts";
import { readTaskFile } from "../../../shared/task-file/read-task-file.ts";

/** A file of each monitor, in the shape that its documentation gives it. */
const FILES: readonly (readonly [tool: string, file: string, text: string])[] = [
  [
    "Gatus",
    "config.yaml",
    `storage: { type: sqlite }
endpoints:
  - name: redis
    group: core
    url: "tcp://redis:6379"
    interval: 30s
    conditions: ["[CONNECTED] == true"]`,
  ],
  [
    "Uptime Kuma",
    "backup.json",
    `{"version": "1.23.0", "notificationList": [], "monitorList": [
      {"id": 1, "name": "db", "type": "port", "hostname": "db.lan", "port": 5432, "interval": 60}]}`,
  ],
  [
    "Uptime Kuma",
    "monitors.json",
    '[{"id": 1, "type": "port", "hostname": "db.lan", "port": 5432, "maxretries": 0}]',
  ],
  [
    "blackbox_exporter",
    "blackbox.yml",
    `modules:
  tcp_connect:
    prober: tcp
    timeout: 5s`,
  ],
  [
    "Prometheus",
    "prometheus.yml",
    `global: { scrape_interval: 15s }
scrape_configs:
  - job_name: ssh
    metrics_path: /probe
    params: { module: [tcp_connect] }
    static_configs: [{ targets: ["db:22"] }]`,
  ],
  ["Prometheus (file_sd)", "targets.json", '[{"targets": ["db:22"], "labels": {"env": "prod"}}]'],
  [
    "Upptime",
    ".upptimerc.yml",
    `owner: me
repo: status
sites:
  - name: SSH
    check: tcp-ping
    url: example.com
    port: 22`,
  ],
  [
    "Heartbeat",
    "heartbeat.yml",
    `name: beat
heartbeat.monitors:
- type: tcp
  id: db
  hosts: ["db:5432"]
  schedule: '@every 5s'`,
  ],
  ["Heartbeat", "heartbeat.yml", "heartbeat: { monitors: [{ type: tcp, hosts: ['db:1'] }] }"],
  ["Heartbeat", "monitors.d/db.yml", "- type: tcp\n  hosts: ['db:1']\n  schedule: '@every 5s'"],
  ["cloudprober", "cloudprober.yaml", "probe:\n- name: db\n  type: TCP\n  interval: 5s"],
  [
    "OpenStatus",
    "openstatus.yaml",
    `redis:
  name: Redis
  kind: tcp
  frequency: 10m
  regions: [ams, iad]
  request: { host: redis.example.com, port: 6379 }`,
  ],
  [
    "Telegraf",
    "telegraf.conf",
    '[[inputs.net_response]]\nprotocol = "tcp"\naddress = "localhost:80"\n',
  ],
  ["Datadog", "conf.yaml", "init_config:\ninstances:\n  - { name: db, host: db.lan, port: 5432 }"],
  ["Statping", "services.yml", "services:\n  - { name: db, domain: db.lan, port: 1, type: tcp }"],
  ["UptimeRobot", "monitors.json", '{"stat": "ok", "monitors": [{"friendly_name": "db"}]}'],
  ["Route 53", "checks.json", '{"HealthChecks": [{"HealthCheckConfig": {"Type": "TCP"}}]}'],
  ["Consul", "db.json", '{"service": {"name": "db", "check": {"tcp": "a:1", "interval": "9s"}}}'],
  ["Consul", "db.json", '{"checks": [{"id": "db", "tcp": "a:1", "interval": "9s"}]}'],
  ["Vigil", "v.toml", "[[probe.service]]\nid = 'a'\n[[probe.service.node]]\nid = 'b'\n"],
  ["Nagios", "services.cfg", "define service {\n  check_command check_tcp!22\n}\n"],
  ["Icinga", "services.conf", 'apply Service "ssh" {\n  check_command = "tcp"\n}\n'],
  ["SmokePing", "Targets", "*** Targets ***\n\nprobe = TCPPing\n\n+ db\nhost = db.lan\n"],
  ["cloudprober", "cloudprober.cfg", 'probe {\n  name: "db"\n  type: TCP\n}\n'],
  [
    "Checkly",
    "tcp.check.ts",
    `import { TcpMonitor } from 'checkly/constructs'\nnew TcpMonitor('db', { name: 'db' })\n`,
  ],
  [
    "UptimeFlare",
    "uptime.config.ts",
    'const workerConfig = { monitors: [{ method: "TCP_PING" }] }',
  ],
  ["Monit", "monitrc", "check host db with address db.lan\n  if failed port 5432 then alert\n"],
  ["Terraform", "main.tf", 'resource "grafana_synthetic_monitoring_check" "tcp" {\n}\n'],
];

const NOT_IMPORTED = [
  ...["Datadog", "Statping", "UptimeRobot", "Route 53", "Consul"],
  ...["Nagios", "Icinga", "SmokePing", "Monit", "Terraform"],
];

function ruleOf(tool: string, file: string): string {
  if (!NOT_IMPORTED.includes(tool)) {
    return `${tool}: \`npx synfleet import ${file} --out tasks.toml\` makes tasks of its TCP checks`;
  }
  return `${tool}, which can't be imported: write each of its TCP checks as a task, e.g. {"name": "Redis", "host": "redis.example.com:6379", "schedule_seconds": 60}`;
}

describe("readTaskFile", () => {
  for (const [tool, file, text] of FILES) {
    it(`says that ${file} is a configuration of ${tool}, and how its checks become tasks`, () => {
      const { tasks, problems, notices } = readTaskFile(file, text);
      assert.deepEqual([tasks, notices], [[], []]);
      assert.deepEqual(problems.map(problemSentence), [
        `${file}: file is a configuration of ${ruleOf(tool, file)}`,
      ]);
    });
  }

  it("reads the tasks of a file that has parts of another monitor too", () => {
    const task = { name: "t1", host: "a:1", schedule_seconds: 60 };
    const text = JSON.stringify({ tasks: [task], endpoints: [{ url: "tcp://b:1" }] });
    const { tasks, problems } = readTaskFile("t.json", text);
    assert.deepEqual(
      tasks.map(({ name }) => name),
      ["t1"],
    );
    assert.deepEqual(problems.map(problemSentence), ["t.json: endpoints is not a list of tasks"]);
  });

  it("takes no task file with a fault, and no word in one, for another monitor's", () => {
    for (const text of [
      "[[tasks]]\nname = 'checkly'\nhost = TCP\n",
      "tasks = [\n",
      '{"tasks": [}',
    ]) {
      const said = readTaskFile("t.toml", text).problems.map(problemSentence).join();
      assert.match(said, /is not valid TOML/);
    }
    const named = '[[tasks]]\nname = "checkly"\nhost = "a:1"\nschedule_seconds = 60\n';
    assert.deepEqual(readTaskFile("t.toml", named).problems, []);
  });
});
