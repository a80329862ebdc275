import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { certify } from "../fakes/certificates.ts";
import { deepTask, OneProbe } from "../fakes/check-once.ts";
import { greetReal, installed, type RealServer, startReal } from "./real-server.ts";

const POSTGRESQL_FOLDERS = ["/usr/lib/postgresql/15/bin", "/usr/local/bin"];

async function startMariadb(t: TestContext): Promise<RealServer | null> {
  const mariadbd = installed(t, "mariadbd");
  if (mariadbd === null) return null;
  return await startReal(t, ({ folder, port, run, write }) => {
    const { pem, keyPem } = certify();
    const data = `--datadir=${join(folder, "data")}`;
    run("mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal");
    return {
      command: mariadbd,
      args: [
        ...["--no-defaults", data, "--bind-address=127.0.0.1", `--port=${port}`],
        ...[`--socket=${join(folder, "socket")}`, "--max-connect-errors=2"],
        ...[`--ssl-cert=${write("cert", [pem])}`, `--ssl-key=${write("key", [keyPem])}`],
      ],
    };
  });
}

/** Counters of the server, by their names. */
function askMariadb({ folder, run }: RealServer, sql: string): string {
  return run("mariadb", "--no-defaults", "-uroot", `-S${join(folder, "socket")}`, "-N", "-e", sql);
}

async function startPostgresql(
  t: TestContext,
  ...settings: readonly string[]
): Promise<RealServer | null> {
  const postgres = installed(t, "postgres", POSTGRESQL_FOLDERS);
  if (postgres === null) return null;
  return await startReal(t, ({ folder, port, run, write }) => {
    const data = join(folder, "data");
    const passwords = write("password", ["secret"]);
    const access = ["-A", "scram-sha-256", `--pwfile=${passwords}`];
    run(join(postgres, "../initdb"), "-D", data, "-U", "postgres", "--no-sync", ...access);
    const own = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, ...settings];
    const flags = own.flatMap((setting) => ["-c", setting]);
    return { command: postgres, args: ["-D", data, "-p", `${port}`, ...flags] };
  });
}

describe("the greeting of a real server", () => {
  it("is understood: mysql of MariaDB, and blocks no host", async (t) => {
    const server = await startMariadb(t);
    if (server === null) return;
    for (let check = 0; check < 4; check++) {
      const { outcome, detail } = await greetReal(server.port, "mysql");
      assert.equal(outcome, "open");
      assert.match(detail?.labels?.version ?? "", /MariaDB/);
    }
    const counters = askMariadb(server, "show global status like 'Aborted_connects'");
    // Whoever only looked whether it takes connections counts.
    assert.match(counters, /Aborted_connects\s+[01]\n/);
    assert.doesNotMatch(server.log(), /user: 'synfleet'/);
  });

  it("is understood: mysql of MariaDB that was asked for TLS, and blocks no host", async (t) => {
    const server = await startMariadb(t);
    if (server === null) return;
    const tls = { mode: "permissive", verify: "none", starttls: "mysql" } as const;
    for (let check = 0; check < 4; check++) {
      const task = deepTask(server.port, { tls, greeting: "mysql" });
      const { outcome, detail, tlsTimeMs } = await new OneProbe().check(task);
      assert.equal(outcome, "open");
      assert.match(detail?.labels?.version ?? "", /MariaDB/);
      assert.ok(tlsTimeMs !== null);
    }
    const counters = askMariadb(server, "show global status like 'Aborted_connects'");
    assert.match(counters, /Aborted_connects\s+[01]\n/);
    assert.doesNotMatch(server.log(), /user: 'synfleet'/);
  });

  it("is understood: postgresql, which logs nothing of it", async (t) => {
    const server = await startPostgresql(t);
    if (server === null) return;
    let facts = await greetReal(server.port, "postgresql");
    // It answers before it has started, and writes such a connection down, at times after the line that says it is ready.
    while (facts.errorCode === "CANNOT_CONNECT_NOW") {
      facts = await greetReal(server.port, "postgresql");
    }
    assert.equal(facts.outcome, "open");
    const linesBefore = server.log().split("\n").length;
    assert.equal((await greetReal(server.port, "postgresql")).outcome, "open");
    assert.match(server.log(), /ready to accept connections\n/);
    assert.equal(server.log().split("\n").length, linesBefore);
  });

  it("is understood: mqtt of Mosquitto", async (t) => {
    const mosquitto = installed(t, "mosquitto");
    if (mosquitto === null) return;
    for (const isOpen of [true, false]) {
      const { port } = await startReal(t, ({ port, write }) => {
        const config = write("config", [`listener ${port} 127.0.0.1`, `allow_anonymous ${isOpen}`]);
        return { command: mosquitto, args: ["-c", config] };
      });
      assert.equal((await greetReal(port, "mqtt")).outcome, "open");
    }
  });

  it("is understood: ldap of OpenLDAP", async (t) => {
    const slapd = installed(t, "slapd");
    if (slapd === null) return;
    for (const rule of ["allow bind_v2", "disallow bind_anon"]) {
      const { port } = await startReal(t, ({ folder, port, write }) => {
        const config = write("config", [rule, `pidfile ${folder}/pid`]);
        return {
          command: slapd,
          args: ["-h", `ldap://127.0.0.1:${port}`, "-f", config, "-d", "0"],
        };
      });
      assert.equal((await greetReal(port, "ldap")).outcome, "open");
    }
  });

  it("is understood: amqp of RabbitMQ", async (t) => {
    const rabbitmq = installed(t, "rabbitmq-server", ["/usr/lib/rabbitmq/bin"]);
    if (rabbitmq === null) return;
    const { port } = await startReal(t, ({ folder, port, write }) => {
      const config = write("rabbitmq.conf", [
        `listeners.tcp.1 = 127.0.0.1:${port}`,
        "log.console = true",
        "log.console.level = info",
      ]);
      const epmdPort = `${port === 65_535 ? port - 1 : port + 1}`;
      // Erlang's directory of nodes goes on by itself.
      const epmd = { ...process.env, ERL_EPMD_PORT: epmdPort };
      t.after(() => void spawnSync("epmd", ["-kill"], { env: epmd }));
      const env = {
        HOME: folder,
        ERL_EPMD_ADDRESS: "127.0.0.1",
        ERL_EPMD_PORT: epmdPort,
        RABBITMQ_NODENAME: "synfleet@localhost",
        RABBITMQ_NODE_PORT: `${port}`,
        RABBITMQ_DIST_PORT: `${port - 1}`,
        RABBITMQ_MNESIA_BASE: folder,
        RABBITMQ_LOG_BASE: folder,
        RABBITMQ_LOGS: "-",
        RABBITMQ_PID_FILE: join(folder, "pid"),
        RABBITMQ_CONFIG_FILE: config,
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
      };
      return { command: rabbitmq, args: [], env };
    });
    const { outcome, detail } = await greetReal(port, "amqp");
    assert.equal(outcome, "open");
    assert.equal(detail?.labels?.server, "RabbitMQ");
  });
});
