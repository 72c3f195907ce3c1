import type { Reply } from "@/db/replies.ts";
import { cut, oneLine, plain } from "@/views/plain.ts";
import { readablePayload } from "@/views/readable_body.ts";
import { ReplyBadge } from "./badge.tsx";
import { Icon } from "./icon.tsx";
import { Ago } from "./time.tsx";

/** Loaded again while a reply is under way. */
export function Replies({ replies, path, expected }: {
  replies: Reply[];
  /** Path of this part alone. */
  path: string;
  /** More may come. */
  expected: boolean;
}) {
  const waiting = expected || replies.some((reply) => reply.status === "pending");
  const refresh = waiting ? { "hx-get": path, "hx-trigger": "every 3s" } : {};
  return (
    <div id="replies" {...refresh} hx-swap="outerMorph">
      {replies.length === 0 ? <p class="muted">Nothing was sent outside.</p> : (
        <ul class="replies">
          {replies.map((reply) => <OneReply key={reply.reply_id} reply={reply} />)}
        </ul>
      )}
    </div>
  );
}

function OneReply({ reply }: { reply: Reply }) {
  const link = reply.outside_url && /^https?:\/\//i.test(reply.outside_url)
    ? reply.outside_url
    : null;
  const { text, left_out } = cut(plain(shownBody(reply)), 2_000);
  return (
    <li>
      <p class="reply-head">
        <ReplyBadge status={reply.status} />
        <b>{reply.kind}</b> at {oneLine(reply.provider, 40)}
        {link && (
          <>
            {" "}
            <a href={link} rel="nofollow noopener noreferrer">
              open <Icon name="out" />
            </a>
          </>
        )}
      </p>
      <p class="muted">
        {reply.tries === 1 ? "1 try" : `${reply.tries} tries`}
        {reply.sent_at && (
          <>
            , sent <Ago at={reply.sent_at} />
          </>
        )}
        {reply.status === "pending" && reply.next_try_at && (
          <>, next try at {reply.next_try_at.toISOString().slice(11, 19)} UTC</>
        )}
      </p>
      {reply.last_error && (
        <p class="why">{reply.permanent && "Given up: "}{oneLine(reply.last_error, 400)}</p>
      )}
      {reply.kind !== "reaction" && (
        <details class="fold">
          <summary>What it says</summary>
          <p class="pre">{text}{left_out > 0 && ` … (${left_out} more characters)`}</p>
        </details>
      )}
      {reply.kind === "reaction" && <p class="muted">“{oneLine(reply.body, 40)}”</p>}
    </li>
  );
}

const shownBody = ({ kind, body }: Reply): string =>
  kind === "forward" ? readablePayload(body) : body;
