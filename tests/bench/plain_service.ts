/** A process of its own: `plain_service.ts PORT [URL]`, what a delivery costs without all of ours. */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { SECRET } from "@/tests/bench/comments.ts";
import { oneCommitEach } from "@/tests/bench/one_commit_each.ts";

const [port, url] = Deno.args;
/** Without a database, the limit: HTTP, signature and parsing alone. */
const write = url ? await oneCommitEach(url) : () => ({ outcome: "accepted", task_ids: [] });

const server = Deno.serve(
  { hostname: "127.0.0.1", port: Number(port), onListen() {} },
  async (request) => {
    if (request.method !== "POST") return new Response("ok");
    const body = new Uint8Array(await request.arrayBuffer());
    const given = Buffer.from(request.headers.get("x-hub-signature-256") ?? "");
    const wanted = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
    if (given.length !== wanted.length || !timingSafeEqual(given, Buffer.from(wanted))) {
      return new Response("wrong signature", { status: 401 });
    }
    return Response.json(
      await write({
        provider_delivery_id: request.headers.get("x-github-delivery") ?? "",
        body,
        payload: JSON.parse(new TextDecoder().decode(body)),
      }),
    );
  },
);
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
await server.finished;
