import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dependencyCircles } from "../../../../shared/alerting/settings/dependency-circles.ts";
import {
  type DependentTask,
  dependencyProblems,
  type SettingLevels,
} from "../../../../shared/alerting/settings/settings.ts";
import { problemSentence } from "../../../../shared/input/input.ts";
import { circlesOf } from "../../../house/circles.ts";

const NOTHING: SettingLevels = { fleet: {}, targets: {} };

function taskOf(
  name: string,
  needs: readonly string[],
  targetId: string | null = null,
): DependentTask {
  return {
    name,
    targetId,
    alert: { dependsOn: needs.map((need) => ({ kind: "task", name: need })) },
  };
}

describe("dependencyCircles", () => {
  it("finds none in a chain of ten thousand tasks", () => {
    const tasks = Array.from({ length: 10_000 }, (_, i) => taskOf(`t${i}`, [`t${i + 1}`]));
    assert.deepEqual(dependencyCircles(tasks, NOTHING), []);
  });

  it("finds a circle of ten thousand tasks as one", () => {
    const tasks = Array.from({ length: 10_000 }, (_, i) =>
      taskOf(`t${i}`, [`t${(i + 1) % 10_000}`]),
    );
    const circles = dependencyCircles(tasks, NOTHING);
    assert.deepEqual(
      circles.map(({ length }) => length),
      [10_000],
    );
  });

  it("finds a circle that the fleet's own dependency closes, and leaves the others out", () => {
    const uplink = taskOf("uplink", ["dns"]);
    const tasks = [uplink, taskOf("dns", []), taskOf("web", [])];
    const levels: SettingLevels = {
      fleet: { dependsOn: [{ kind: "task", name: "uplink" }] },
      targets: {},
    };
    assert.deepEqual(dependencyCircles(tasks, levels), [["dns", "uplink"]]);
  });

  it("finds exactly the tasks that reach themselves", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const arrows = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)));
    fc.assert(
      fc.property(arrows, (pairs) => {
        const tasks = names.map((name) =>
          taskOf(
            name,
            pairs.filter(([from]) => from === name).map(([, to]) => to),
          ),
        );
        const arrowsOf = ({ name, alert }: DependentTask) =>
          (alert.dependsOn ?? []).flatMap((one) =>
            one.kind === "task" && one.name !== name ? one.name : [],
          );
        const expected = circlesOf(
          new Map(tasks.map((task) => [task.name, new Set(arrowsOf(task))])),
        );
        const circles = dependencyCircles(tasks, NOTHING);
        const inOrder = (all: string[][]) => all.map((circle) => circle.join()).sort();
        assert.deepEqual(inOrder(circles), inOrder(expected));
      }),
    );
  });
});

describe("dependencyProblems", () => {
  it("shows the first names of a long circle", () => {
    const tasks = Array.from({ length: 8 }, (_, i) => taskOf(`t${i}`, [`t${(i + 1) % 8}`]));
    assert.deepEqual(dependencyProblems(tasks, NOTHING).map(problemSentence), [
      'Task "t0": depends_on makes a circle with "t1", "t2", "t3", "t4", "t5", and 2 more, so that none of them holds another\'s alerts',
    ]);
  });

  it("looks for the name that was meant of the first problems only", () => {
    const tasks = [
      taskOf(
        "known",
        Array.from({ length: 12 }, () => "knwn"),
      ),
    ];
    const sentences = dependencyProblems(tasks, NOTHING).map(problemSentence);
    assert.equal(sentences.filter((sentence) => sentence.includes("did you mean")).length, 10);
    assert.equal(sentences.length, 12);
  });

  it("takes the names beside the tasks for known", () => {
    const tasks = [taskOf("web", ["broken"])];
    assert.deepEqual(dependencyProblems(tasks, NOTHING, { besides: ["broken"] }), []);
  });
});
