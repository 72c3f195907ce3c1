import type { Source } from "@/tests/layout/source.ts";

/** What each file or room imports, with one import that shows it; types do not count. */
export type Graph = Map<string, Map<string, string>>;

/** `db/tasks.ts` and all of `db/tasks/` are the room `db/tasks`. */
export const roomOf = (path: string): string =>
  path.split("/").slice(0, 2).join("/").replace(/\.tsx?$/, "");

/** `nameOf` groups files: by default each is by itself. */
export function graphOf(sources: Source[], nameOf = (path: string): string => path): Graph {
  const graph: Graph = new Map(sources.map(({ path }) => [nameOf(path), new Map()]));
  for (const { path, imports } of sources) {
    const from = nameOf(path);
    for (const { target, type_only } of imports) {
      const to = nameOf(target);
      if (type_only || !graph.has(to) || (from === to && path !== target)) continue;
      if (!graph.get(from)!.has(to)) graph.get(from)!.set(to, `${path} → ${target}`);
    }
  }
  return graph;
}

/** One line for each circle: its members and the imports that close it. */
export function circlesIn(graph: Graph): string[] {
  const seen = new Set<string>();
  const circles: string[] = [];
  for (const start of [...graph.keys()].sort()) {
    const circle = seen.has(start) ? null : shortestCircle(graph, start);
    if (!circle) continue;
    circle.forEach((name) => seen.add(name));
    const imports = circle.map((name, at) =>
      graph.get(name)!.get(circle[(at + 1) % circle.length])
    );
    circles.push(`${[...circle, start].join(" → ")} (${imports.join(", ")})`);
  }
  return circles;
}

/** Breadth first; null: no import leads back. */
function shortestCircle(graph: Graph, start: string): string[] | null {
  const reached = new Map<string, string[]>([[start, [start]]]);
  for (const [name, path] of reached) {
    for (const next of graph.get(name)!.keys()) {
      if (next === start) return path;
      if (!reached.has(next)) reached.set(next, [...path, next]);
    }
  }
  return null;
}
