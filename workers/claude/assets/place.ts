import { join } from "node:path";
import type { AssetVersion } from "@/workers/claude/assets.ts";
import { removeNow, type RunFolders } from "@/workers/claude/folders.ts";

export const ASSET_NAMES = ["CLAUDE.md", "agents", "skills"];
/** The CLI would read these as the user's own settings; an earlier run could have written them. */
const NOT_OURS = ["settings.json", "settings.local.json", "commands", "hooks", "plugins"];

/** By links, or as empty mount points. Transcripts of an earlier run of the task stay. */
export function placeAssets({ config }: RunFolders, assets: AssetVersion, mounted: boolean): void {
  for (const name of [...ASSET_NAMES, ...NOT_OURS]) removeNow(join(config, name));
  for (const name of assets.names) {
    const place = join(config, name);
    if (!mounted) Deno.symlinkSync(join(assets.path, name), place);
    else if (Deno.statSync(join(assets.path, name)).isDirectory) Deno.mkdirSync(place);
    else Deno.writeTextFileSync(place, "");
  }
}
