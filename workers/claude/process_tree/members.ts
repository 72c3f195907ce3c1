import { isSlotUid } from "@/workers/claude/isolation/types.ts";
import type { Process } from "@/workers/claude/process_tree/processes.ts";

export interface Tree {
  marked: (run_id: string) => boolean;
  pid: number | null;
  /** Found before: a dying process loses its environment before its pid. */
  known: ReadonlySet<number>;
}

/** The marked, their descendants, groups and sessions, and all of a slot's uid. Never us. */
export function membersOf(tree: Tree, processes: Process[], self: number): Process[] {
  const spared = ancestry(processes, self);
  const others = processes.filter(({ pid }) => !spared.has(pid));
  const members = new Map<number, Process>();
  for (const process of others) if (isSeed(process, tree, self)) members.set(process.pid, process);
  const leaders = new Set(members.keys());
  // Gone, it may still have led a session.
  if (tree.pid !== null && !processes.some(({ pid }) => pid === tree.pid)) leaders.add(tree.pid);
  while (grow(members, leaders, others));
  return [...members.values()];
}

/** A pid may have been given anew: it counts while it is a child of ours. */
function isSeed(process: Process, { marked, pid, known }: Tree, self: number): boolean {
  if (process.run_id !== null && marked(process.run_id)) return true;
  return known.has(process.pid) || (process.pid === pid && process.parent === self);
}

function grow(members: Map<number, Process>, leaders: Set<number>, others: Process[]): boolean {
  const before = members.size;
  const uids = new Set([...members.values()].filter(showsSlotUid).map(({ uid }) => uid));
  for (const process of others) {
    const { pid, parent, group, session } = process;
    const related = [parent, group, session].some((id) => leaders.has(id));
    if (!related && !(showsSlotUid(process) && uids.has(process.uid))) continue;
    members.set(pid, process);
    leaders.add(pid);
  }
  return members.size > before;
}

function showsSlotUid({ uid, nested }: Process): boolean {
  return !nested && isSlotUid(uid);
}

function ancestry(processes: Process[], self: number): Set<number> {
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const spared = new Set([0, 1]);
  for (let pid: number | undefined = self; pid && !spared.has(pid); pid = parents.get(pid)) {
    spared.add(pid);
  }
  return spared;
}
