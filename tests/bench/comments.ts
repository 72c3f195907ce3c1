import { createHmac } from "node:crypto";
import examples from "@octokit/webhooks-examples" with { type: "json" };

export const SECRET = "a secret of the benchmark";

/** Stands for the comment's id: two deliveries of one comment would be one content. */
const PLACE = "7000000000000000";
let next = Number(PLACE) + 1 + Math.floor(Math.random() * 1e9) * 1e5;

/** A real `issue_comment` payload, as if its author had asked for an analysis, per issue. */
export function payload(number: number): Uint8Array<ArrayBuffer> {
  const example = examples.find(({ name }) => name === "issue_comment")!.examples
    .find((one) => "action" in one && one.action === "created")!;
  const { issue, comment, ...rest } = structuredClone(example) as Record<string, unknown> & {
    issue: Record<string, unknown>;
    comment: Record<string, unknown>;
  };
  return new TextEncoder().encode(JSON.stringify({
    ...rest,
    issue: { ...issue, number },
    comment: {
      ...comment,
      id: Number(PLACE),
      body: "@agent analyze why this fails",
      author_association: "OWNER",
    },
  }));
}

/** Where the comment's id is in a body, within its first 100,000 bytes. */
export function placeOfId(body: Uint8Array): number {
  const at = new TextDecoder().decode(body.subarray(0, 100_000)).indexOf(PLACE);
  if (at < 0) throw new Error("the body has no id to write over");
  return at;
}

/** Makes the body one of a new comment, in place; returns what signs it. */
export function renew(body: Uint8Array, at: number): string {
  new TextEncoder().encodeInto(String(next++), body.subarray(at));
  return `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
}
