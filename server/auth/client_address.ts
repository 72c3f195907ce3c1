import { BlockList, isIP } from "node:net";

export function proxyList(entries: string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address, bits] = entry.split("/");
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  }
  return list;
}

/** Trusts X-Forwarded-For from proxies of ours only: what stands left of them may be made up. */
export function clientAddress(
  peer: Deno.Addr | undefined,
  forwarded: string | undefined,
  proxies: BlockList,
): string {
  let address = peer && "hostname" in peer ? plain(peer.hostname) : null;
  if (address === null) return "unknown";
  for (const hop of (forwarded ?? "").split(",").reverse()) {
    if (!proxies.check(address, family(address))) return address;
    const before = plain(hop);
    if (before === null) return address;
    address = before;
  }
  return address;
}

/** Whom failures are counted for: an IPv6 network of 64 bits is one household's or one machine's. */
export function countedAs(address: string): string {
  if (isIP(address) !== 6) return address;
  const [left, right = ""] = address.split("::");
  const groups = (half: string) => half === "" ? [] : half.split(":");
  const gap = Array(Math.max(0, 8 - groups(left).length - groups(right).length)).fill("0");
  const all = address.includes("::") ? [...groups(left), ...gap, ...groups(right)] : groups(left);
  return `${all.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** An address without port, brackets and zone, a mapped one as IPv4; null when it is none. */
function plain(text: string): string | null {
  const bare = text.trim().replace(/^\[([^\]]*)\](:\d+)?$/, "$1").replace(/%.*$/, "")
    .replace(/^([\d.]+):\d+$/, "$1").toLowerCase();
  if (isIP(bare) === 0) return null;
  const [, mapped] = /^::ffff:([\d.]+)$/.exec(bare) ?? [];
  return mapped ?? bare;
}

const family = (address: string): "ipv4" | "ipv6" => isIP(address) === 6 ? "ipv6" : "ipv4";
