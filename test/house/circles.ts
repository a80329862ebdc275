/** Groups of nodes that reach each other, each as a sorted list of its nodes. */
export function circlesOf(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reach = new Map([...arrows.keys()].map((node) => [node, reachOf(node, arrows)]));
  const circles = new Map<string, string[]>();
  for (const [node, reached] of reach) {
    const circle = [...reached].filter((other) => reach.get(other)?.has(node)).sort();
    if (circle.length > 1) circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

/** Every node that can be reached from one, itself included if an arrow leads back. */
function reachOf(start: string, arrows: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...(arrows.get(start) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    waiting.push(...(arrows.get(node) ?? []));
  }
  return reached;
}
