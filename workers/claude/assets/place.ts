import { join } from "node:path";
import type { AssetVersion } from "@/workers/claude/assets.ts";
import { removeNow, type RunFolders } from "@/workers/claude/folders.ts";

/** What there is to share. */
export const ASSET_NAMES = ["CLAUDE.md", "agents", "skills"];
/** What the CLI would read there as the user's own wish, and a run could have written. */
const NOT_OURS = ["settings.json", "settings.local.json", "commands", "hooks", "plugins"];

/**
 * Puts the assets where the CLI looks for them: by links, or as empty places that the run's mounts
 * cover. What an earlier run of the same task put there goes, its transcripts stay.
 */
export function placeAssets({ config }: RunFolders, assets: AssetVersion, mounted: boolean): void {
  for (const name of [...ASSET_NAMES, ...NOT_OURS]) removeNow(join(config, name));
  for (const name of assets.names) {
    const place = join(config, name);
    if (!mounted) Deno.symlinkSync(join(assets.path, name), place);
    else if (Deno.statSync(join(assets.path, name)).isDirectory) Deno.mkdirSync(place);
    else Deno.writeTextFileSync(place, "");
  }
}
