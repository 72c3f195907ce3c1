import type { Isolation, IsolationSetting } from "@/workers/claude/isolation/types.ts";

export { detectIsolation } from "@/workers/claude/isolation/detect.ts";
export { ownRunFolders } from "@/workers/claude/isolation/own.ts";
export { wrapCommand } from "@/workers/claude/isolation/wrap.ts";
export {
  byUidAlone,
  type Isolation,
  IsolationError,
  type IsolationSetting,
  type Sandbox,
  slotUid,
  type Wrapped,
} from "@/workers/claude/isolation/types.ts";

export function mayRunFull(
  isolation: Isolation,
  setting: IsolationSetting,
  contained: boolean,
): { allowed: boolean; reason: string } {
  if (isolation.kind !== "none") return { allowed: true, reason: isolation.reason };
  if (contained) {
    return { allowed: true, reason: "AGENT_CONTAINED states a container made for the agent" };
  }
  if (setting === "none") return { allowed: true, reason: "AGENT_ISOLATION=none was set" };
  return {
    allowed: false,
    reason:
      `Tool profile full needs isolation, and none works here (${isolation.reason}). Run as root, allow ` +
      "unprivileged user namespaces, or set AGENT_CONTAINED=true or AGENT_ISOLATION=none to accept the risk",
  };
}
