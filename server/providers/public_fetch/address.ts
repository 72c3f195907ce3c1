/** Is this IP address one of the public internet? Pure. */

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
/** Their last four bytes are an IPv4 address: mapped, and NAT64. */
const CARRIES_IPV4: Range[] = [["::ffff:0:0", 96, ""], ["64:ff9b::", 96, ""]];
const GLOBAL_UNICAST: Range = ["2000::", 3, ""];

/** Why an address may not be called, or null when it is public. What is no address is not public. */
export function whyNotPublic(address: string): string | null {
  const bytes = bytesOf(address);
  if (!bytes) return "no IP address";
  if (bytes.length === 4) return rangeOf(bytes, NOT_PUBLIC_4);
  if (CARRIES_IPV4.some((range) => isIn(bytes, range))) {
    return rangeOf(bytes.slice(12), NOT_PUBLIC_4);
  }
  return rangeOf(bytes, NOT_PUBLIC_6) ?? (isIn(bytes, GLOBAL_UNICAST) ? null : "reserved");
}

/** The bytes of an address in its plain form, or null: 4 or 16 of them. */
export function bytesOf(address: string): number[] | null {
  return address.includes(":") ? bytesOf6(address) : bytesOf4(address);
}

function bytesOf4(address: string): number[] | null {
  const parts = address.split(".");
  const plain = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part));
  const bytes = plain ? parts.map(Number) : [];
  return plain && bytes.every((byte) => byte < 256) ? bytes : null;
}

function bytesOf6(address: string): number[] | null {
  const halves = withoutDots(address)?.split("::") ?? [];
  if (halves.length < 1 || halves.length > 2) return null;
  const [left, right = []] = halves.map((half) => half === "" ? [] : half.split(":"));
  const gap = 8 - left.length - right.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  const groups = [...left, ...Array<string>(gap).fill("0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.map((group) => parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
}

/** `::ffff:10.0.0.1` written as `::ffff:a00:1`; null when what has dots is no IPv4 address. */
function withoutDots(address: string): string | null {
  if (!address.includes(".")) return address;
  const at = address.lastIndexOf(":") + 1;
  const four = bytesOf4(address.slice(at));
  if (!four) return null;
  const [a, b, c, d] = four;
  return address.slice(0, at) + [(a << 8) | b, (c << 8) | d].map((n) => n.toString(16)).join(":");
}

const rangeOf = (bytes: number[], ranges: Range[]): string | null =>
  ranges.find((range) => isIn(bytes, range))?.[2] ?? null;

function isIn(bytes: number[], [from, bits]: Range): boolean {
  const start = bytesOf(from)!;
  return start.every((byte, index) => {
    const shown = Math.min(8, Math.max(0, bits - 8 * index));
    const mask = (0xff << (8 - shown)) & 0xff;
    return (byte & mask) === (bytes[index] & mask);
  });
}
