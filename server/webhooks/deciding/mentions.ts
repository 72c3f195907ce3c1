/** Which other outside things a delivery names, for the story that they belong to. Pure. */
import type { MentionRecord } from "@/db/deliveries.ts";
import { visibleText } from "@/server/providers/hidden_text.ts";
import type { DeliveryEvent, Provider, ShownAs } from "@/server/providers/provider.ts";

const LONGEST_READ = 50_000;
const MOST = 20;
const KEY = /(?<![A-Za-z0-9_.-])[A-Z][A-Z0-9_]{1,30}-[0-9]{1,9}(?![A-Za-z0-9_])/g;
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`)\]|]{4,1000}/g;

/** Each once, with where it stands. What nobody sees at the service names nothing. */
export function mentionsOf(
  { object, context, text }: Pick<DeliveryEvent, "object" | "context" | "text">,
  shows: Provider["shows"],
): MentionRecord[] {
  const parts: [what: string, text: string, shown: ShownAs][] = [
    ["title", context?.title ?? object?.title ?? "", "plain"],
    ["description", context?.body ?? "", shows.context],
    ["text", text ?? "", shows.text],
  ];
  const found = new Map<string, string>();
  for (const [what, text, shown] of parts) {
    const read = text.slice(0, LONGEST_READ);
    // most texts name nothing: those are looked at no further
    if (namesIn(read).length === 0) continue;
    for (const name of namesIn(visibleText(read, shown).text)) {
      if (found.size < MOST && !found.has(name)) found.set(name, `its ${what} names ${name}`);
    }
  }
  return [...found].map(([name, evidence]) => ({ name, evidence }));
}

/** Keys such as `TEA-12`, also in branches; and addresses without what follows `?`. */
function namesIn(text: string): string[] {
  const addresses = (text.match(ADDRESS) ?? []).flatMap(addressesOf);
  return [...addresses, ...text.replace(ADDRESS, " ").match(KEY) ?? []];
}

function addressesOf(text: string): string[] {
  const url = URL.parse(text.replace(/[.,:;!?]{1,10}$/, ""));
  if (!url || url.pathname === "/" || url.username || url.password) return [];
  const bare = url.origin + url.pathname.replace(/\/+$/, "");
  return [bare, `${bare}/`];
}
