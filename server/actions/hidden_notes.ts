import { countRemoved } from "@/server/providers/hidden_text.ts";
import type { Hidden } from "./prompt.ts";

const MOST = 20;

export function hiddenNotes(command: string, hidden: Hidden[]): string[] {
  return hidden.filter(({ removed }) => removed.length > 0).flatMap(({ what, removed }) => {
    const shown = removed.slice(0, MOST).map(({ shown }) => `\n- ${shown}`).join("");
    const more = removed.length > MOST ? `\n- and ${removed.length - MOST} more` : "";
    return `${command}: hidden text was removed from the ${what}: ${
      countRemoved(removed)
    }.${shown}${more}`;
  });
}
