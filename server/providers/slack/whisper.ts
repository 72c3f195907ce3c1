import { z } from "zod";
import { send } from "@/server/providers/http.ts";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { badStatus, posted, write } from "./call.ts";
import { cutAt, fallbackText, MAX_PART, readPart } from "./outgoing.ts";
import { isHooksAddress, type ReplyTarget } from "./schema.ts";

const anything = z.unknown();

/** A command's or button's address works where the app is no member of the channel, five times
 * within thirty minutes; when Slack takes no more there, the bot posts by its token. */
export async function whisper(
  connection: Connection,
  { channel, user, thread_ts, response_url }: ReplyTarget,
  body: string,
): Promise<void> {
  const text = cutAt(readPart(body).text, MAX_PART);
  if (response_url && mayCall(response_url, connection)) {
    if (await answered(connection, response_url, text)) return;
  }
  if (!user) {
    throw new ProviderError("Slack chat.postEphemeral: nobody is known to say it to", {
      permanent: true,
    });
  }
  const place = { channel, user, ...(thread_ts ? { thread_ts } : {}) };
  await write(connection, "chat.postEphemeral", { ...place, markdown_text: text || " " }, anything);
}

/** False when the address is used up; what may still go through later is thrown. */
async function answered(connection: Connection, address: string, text: string): Promise<boolean> {
  const what = "Slack response_url";
  const { response, text: said } = await send({
    ...posted({
      response_type: "ephemeral",
      replace_original: false,
      text: fallbackText(text),
      blocks: [{ type: "markdown", text: text || " " }],
    }),
    what,
    url: address,
    timeout_ms: connection.timeout_ms,
  });
  if (response.ok) return true;
  const problem = badStatus(what, response, said);
  if (problem.permanent) return false;
  throw problem;
}

/** Stored targets are checked again: an address outside of Slack is never called. */
function mayCall(address: string, { allow_hosts = [] }: Connection): boolean {
  return isHooksAddress(address) || allow_hosts.includes(URL.parse(address)?.host ?? "");
}
