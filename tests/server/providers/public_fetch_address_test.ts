import assert from "node:assert/strict";
import { checkPublicUrl } from "@/server/providers/public_fetch.ts";
import { whyNotPublic } from "@/server/providers/public_fetch/address.ts";

Deno.test("addresses of the public internet may be called", () => {
  for (
    const address of [
      "8.8.8.8",
      "100.63.255.255",
      "172.15.0.1",
      "172.32.0.1",
      "193.0.0.1",
      "223.255.255.255",
      "2606:4700::1111",
      "2a00:1450:4001::5e",
      "::ffff:8.8.8.8",
      "64:ff9b::8.8.8.8",
    ]
  ) assert.equal(whyNotPublic(address), null, address);
});

Deno.test("no other address may, however it is written", () => {
  for (
    const address of [
      "0.0.0.0",
      "0.1.2.3",
      "10.0.0.1",
      "100.64.0.1",
      "100.100.100.200",
      "127.0.0.1",
      "127.255.255.254",
      "168.63.129.16",
      "169.254.169.254",
      "172.16.0.1",
      "172.31.255.255",
      "192.0.0.192",
      "192.0.2.1",
      "192.88.99.1",
      "192.168.1.1",
      "198.19.0.1",
      "198.51.100.7",
      "203.0.113.7",
      "224.0.0.1",
      "255.255.255.255",
      "::",
      "::1",
      "0:0:0:0:0:0:0:1",
      "::127.0.0.1",
      "::ffff:10.0.0.1",
      "::ffff:a00:1",
      "::ffff:7f00:1",
      "64:ff9b::10.0.0.1",
      "64:ff9b::a9fe:a9fe",
      "64:ff9b:1::8.8.8.8",
      "fc00::1",
      "fd00:ec2::254",
      "fe80::1",
      "fe80::1%eth0",
      "fec0::1",
      "ff02::1",
      "2001::1",
      "2001:db8::1",
      "2002:a00:1::1",
      "3fff::1",
      "4000::1",
      // no addresses at all
      "",
      "1.2.3",
      "1.2.3.4.5",
      "01.2.3.4",
      "256.1.1.1",
      "1:2:3:4:5:6:7",
      "1::2::3",
      "12345::",
      "::ffff:10.0.0",
      "example.com",
    ]
  ) assert.notEqual(whyNotPublic(address), null, address);
});

Deno.test("an address that cannot be right is refused before anything is looked up", () => {
  const problems: Record<string, RegExp> = {
    "": /no address such as https:/,
    "hook": /no address such as/,
    "http://example.com/": /begins with http: instead of https:/,
    "ftp://example.com/": /begins with ftp:/,
    "javascript:alert(1)": /begins with javascript:/,
    "https://me:secret@example.com/": /user name or password/,
    "https://127.0.0.1/": /127\.0\.0\.1 is not public \(loopback\)/,
    "https://0x7f.1/": /127\.0\.0\.1 is not public/,
    "https://2130706433/": /127\.0\.0\.1 is not public/,
    "https://0177.0.0.1/": /127\.0\.0\.1 is not public/,
    "https://①②⑦.0.0.1/": /127\.0\.0\.1 is not public/,
    "https://169.254.169.254/latest/meta-data/": /link-local/,
    "https://[::1]/": /::1 is not public \(loopback\)/,
    "https://[::ffff:10.0.0.1]/": /is not public \(a private network\)/,
    "https://[::ffff:a9fe:a9fe]/": /link-local/,
    "https://localhost/": /this machine itself/,
    "https://LOCALHOST./": /this machine itself/,
    "https://a.localhost/": /this machine itself/,
    "https://redis/": /no name of the public internet/,
    "https://example.com:22/": /port 22 is not one of a web server/,
    "https://example.com:6379/": /port 6379/,
    [`https://example.com/${"x".repeat(3000)}`]: /no address/,
  };
  for (const [url, problem] of Object.entries(problems)) {
    assert.match(checkPublicUrl(url) ?? "nothing", problem, url);
  }
});

Deno.test("plain https addresses are fine, and what the operator allows", () => {
  for (
    const url of ["https://example.com/a?b=c", "https://example.com:8443/", "https://8.8.8.8/"]
  ) {
    assert.equal(checkPublicUrl(url), null, url);
  }
  assert.equal(checkPublicUrl("http://127.0.0.1:8080/x", ["127.0.0.1:8080"]), null);
  assert.equal(checkPublicUrl("https://Inside.example:443/x", ["INSIDE.example:443"]), null);
  assert.notEqual(checkPublicUrl("http://127.0.0.1:8081/x", ["127.0.0.1:8080"]), null);
  assert.notEqual(checkPublicUrl("http://127.0.0.1:80800/x", ["127.0.0.1:8080"]), null);
  assert.notEqual(checkPublicUrl("http://me:pw@127.0.0.1:8080/", ["127.0.0.1:8080"]), null);
});
