import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { greetReal, installed, startReal } from "./real-server.ts";

/** Connects until it is let in, and stays. */
async function takeOnlyPlace(t: TestContext, port: number): Promise<void> {
  for (;;) {
    const socket = connect({ host: "127.0.0.1", port }).on("error", () => undefined);
    t.after(() => socket.destroy());
    socket.write("PING\r\n");
    const said = await Promise.race([
      once(socket, "data").then(([text]) => `${text}`),
      once(socket, "close").then(() => "closed"),
    ]).catch(() => "error");
    if (said.startsWith("+PONG")) return;
  }
}

describe("the greeting of a real server", () => {
  it("is understood: ssh of OpenSSH", async (t) => {
    const sshd = installed(t, "sshd");
    if (sshd === null) return;
    const { port } = await startReal(t, ({ folder, port, run, write }) => {
      const key = join(folder, "key");
      run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
      const config = write("config", [
        "ListenAddress 127.0.0.1",
        `Port ${port}`,
        `HostKey ${key}`,
        "PidFile none",
        "UsePAM no",
        "LogLevel INFO",
      ]);
      return { command: sshd, args: ["-D", "-e", "-f", config] };
    });
    const { outcome, detail } = await greetReal(port, "ssh");
    assert.equal(outcome, "open");
    assert.match(detail?.labels?.server ?? "", /^OpenSSH_/);
  });

  it("is understood: smtp of Exim", async (t) => {
    const exim = installed(t, "exim4");
    if (exim === null) return;
    const { port } = await startReal(t, ({ folder, port, write }) => {
      const config = write("config", [
        `spool_directory = ${folder}`,
        `log_file_path = ${folder}/%slog`,
        `pid_file_path = ${folder}/pid`,
        "local_interfaces = 127.0.0.1",
        "primary_hostname = mail.example",
        "keep_environment =",
        "tls_advertise_hosts =",
        "exim_user = nobody",
        "exim_group = nogroup",
        "begin acl",
      ]);
      return { command: exim, args: ["-C", config, "-bdf", "-oX", `${port}`], asRoot: true };
    });
    const { outcome, detail } = await greetReal(port, "smtp");
    assert.equal(outcome, "open");
    assert.equal(detail?.labels?.server, "mail.example");
  });

  for (const protocol of ["imap", "pop3"] as const)
    it(`is understood: ${protocol} of Dovecot`, async (t) => {
      const dovecot = installed(t, "dovecot");
      if (dovecot === null) return;
      const { port } = await startReal(t, ({ folder, port, write }) => {
        const listener = `inet_listener ${protocol} {\n port = ${port}\n }`;
        const secure = `inet_listener ${protocol}s {\n port = 0\n }`;
        const config = write("config", [
          `protocols = ${protocol}`,
          "listen = 127.0.0.1",
          `base_dir = ${folder}/run`,
          `state_dir = ${folder}/state`,
          "log_path = /dev/stderr",
          "ssl = no",
          "default_internal_user = nobody",
          "default_internal_group = nogroup",
          "default_login_user = nobody",
          `mail_location = maildir:${folder}/mail`,
          "passdb {\n driver = static\n}",
          `service ${protocol}-login {\n chroot =\n ${listener}\n ${secure}\n}`,
          "service anvil {\n chroot =\n}",
        ]);
        return { command: dovecot, args: ["-F", "-c", config] };
      });
      assert.equal((await greetReal(port, protocol)).outcome, "open");
    });

  it("is understood: ftp of vsftpd", async (t) => {
    const vsftpd = installed(t, "vsftpd");
    if (vsftpd === null) return;
    const { port } = await startReal(t, ({ port, write }) => {
      const config = write("config", [
        "listen=YES",
        "listen_address=127.0.0.1",
        `listen_port=${port}`,
        "background=NO",
        "run_as_launching_user=YES",
        "anonymous_enable=YES",
        "xferlog_enable=NO",
      ]);
      return { command: vsftpd, args: [config] };
    });
    assert.equal((await greetReal(port, "ftp")).outcome, "open");
  });

  it("is understood: redis, also with a password", async (t) => {
    const redis = installed(t, "redis-server");
    if (redis === null) return;
    for (const password of ["", "secret"]) {
      const { port } = await startReal(t, ({ port }) => ({
        command: redis,
        args: [
          ...["--bind", "127.0.0.1", "--port", `${port}`, "--save", ""],
          ...["--requirepass", password],
        ],
      }));
      assert.equal((await greetReal(port, "redis")).outcome, "open");
    }
  });

  it("is a refusal if redis has no place left", async (t) => {
    const redis = installed(t, "redis-server");
    if (redis === null) return;
    const { port } = await startReal(t, ({ port }) => ({
      command: redis,
      args: ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--maxclients", "1"],
    }));
    await takeOnlyPlace(t, port);
    const { outcome, detail } = await greetReal(port, "redis");
    assert.equal(outcome, "rejected");
    assert.match(detail?.answer ?? "", /^-ERR max number of clients/);
  });

  it("is understood: memcached", async (t) => {
    const memcached = installed(t, "memcached");
    if (memcached === null) return;
    const { port } = await startReal(t, ({ port }) => ({
      command: memcached,
      args: ["-l", "127.0.0.1", "-p", `${port}`, "-U", "0"],
    }));
    const { outcome, detail } = await greetReal(port, "memcached");
    assert.equal(outcome, "open");
    assert.match(detail?.labels?.version ?? "", /^1\./);
  });
});
