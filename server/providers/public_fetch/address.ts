/** Is this IP address one of the public internet? Pure. */
import { BlockList, isIP } from "node:net";

type Range = [from: string, bits: number, what: string];

/** What of IPv4 is not public, by IANA's registry, and one address that clouds serve secrets at. */
const NOT_PUBLIC_4: Range[] = [
  ["0.0.0.0", 8, "unspecified"],
  ["10.0.0.0", 8, "a private network"],
  ["100.64.0.0", 10, "a carrier's private network"],
  ["127.0.0.0", 8, "loopback"],
  ["168.63.129.16", 32, "a cloud's own service"],
  ["169.254.0.0", 16, "link-local"],
  ["172.16.0.0", 12, "a private network"],
  ["192.0.0.0", 24, "reserved"],
  ["192.0.2.0", 24, "for documentation"],
  ["192.88.99.0", 24, "reserved"],
  ["192.168.0.0", 16, "a private network"],
  ["198.18.0.0", 15, "for benchmarks"],
  ["198.51.100.0", 24, "for documentation"],
  ["203.0.113.0", 24, "for documentation"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
];

/** Checked before everything but 2000::/3 is refused, for a telling reason, and within it. */
const NOT_PUBLIC_6: Range[] = [
  ["::", 128, "unspecified"],
  ["::1", 128, "loopback"],
  ["fc00::", 7, "a private network"],
  ["fe80::", 10, "link-local"],
  ["ff00::", 8, "multicast"],
  ["2001::", 23, "reserved"],
  ["2001:db8::", 32, "for documentation"],
  ["2002::", 16, "a 6to4 tunnel"],
  ["3fff::", 20, "for documentation"],
];

const lists = (ranges: Range[]) =>
  ranges.map(([network, bits, what]) => {
    const list = new BlockList();
    list.addSubnet(network, bits, network.includes(":") ? "ipv6" : "ipv4");
    return { list, what };
  });

const V4 = lists(NOT_PUBLIC_4);
const V6 = lists(NOT_PUBLIC_6);
const [{ list: GLOBAL_UNICAST }] = lists([["2000::", 3, ""]]);
/** Their last two groups are an IPv4 address: mapped, and NAT64. */
const CARRY_IPV4 = lists([["::ffff:0:0", 96, ""], ["64:ff9b::", 96, ""]]);

/** Whether this is an IP address, without a zone. */
export const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes("%");

/** Why an address may not be called, or null when it is public. What is no address is not public. */
export function whyNotPublic(address: string): string | null {
  if (!isAddress(address)) return "no IP address";
  const four = isIP(address) === 4 ? address : carriedIpv4(address);
  if (four !== null) return V4.find(({ list }) => list.check(four, "ipv4"))?.what ?? null;
  return V6.find(({ list }) => list.check(address, "ipv6"))?.what ??
    (GLOBAL_UNICAST.check(address, "ipv6") ? null : "reserved");
}

function carriedIpv4(address: string): string | null {
  if (!CARRY_IPV4.some(({ list }) => list.check(address, "ipv6"))) return null;
  // as URLs write it, without dots
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":").slice(-2);
  return groups.map((group) => parseInt(group || "0", 16))
    .flatMap((group) => [group >> 8, group & 255]).join(".");
}
