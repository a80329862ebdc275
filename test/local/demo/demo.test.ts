import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { exampleNames, startDemo } from "../../../local/demo/demo.ts";
import { readTaskFile } from "../../../shared/task-file/task-file.ts";

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const opened = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return opened;
}

test("startDemo serves the ports of its example, also while another demo runs", async () => {
  const demos = [await startDemo(), await startDemo()];
  const ports = demos.map(({ tasksText }) => {
    const { tasks, problems } = readTaskFile("tasks.toml", tasksText);
    assert.deepEqual(problems, []);
    return tasks.map(({ target }) => target.port);
  });
  assert.equal(new Set(ports.flat()).size, 8);
  assert.equal(demos[1]?.notes.length, 4);
  for (const [fine = 0, refused = 0, , greeting = 0] of ports) {
    assert.equal(await answers(fine), true);
    assert.equal(await answers(refused), false);
    const socket = connect(greeting, "127.0.0.1");
    const [said] = await once(socket, "data");
    socket.destroy();
    assert.match(String(said), /^220 /);
  }
  for (const demo of demos) await demo.close();
});

test("exampleNames gives the names of the tasks that startDemo serves", async () => {
  const demo = await startDemo();
  const { tasks } = readTaskFile("example.toml", demo.tasksText);
  await demo.close();
  assert.equal(tasks.length, 4);
  assert.deepEqual(
    exampleNames(),
    tasks.map(({ name }) => name),
  );
});
