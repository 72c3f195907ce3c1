/** Stands in for Linear's API on loopback: keeps the comments and reactions that are created. */

export interface Call {
  operation: string;
  authorization: string | null;
  // deno-lint-ignore no-explicit-any
  variables: any;
}

interface Made {
  id: string;
  user: { id: string };
  issueId?: string;
  parentId?: string | null;
  commentId?: string;
  body?: string;
  emoji?: string;
}

const ME = { id: "user-agent", url: "https://linear.app/tea/profiles/agent" };
const taken = {
  message: "id already exists",
  extensions: { type: "invalid input", userPresentableMessage: "That id is taken." },
};

/** The answers in `next` come first, in order. */
export function startLinear() {
  const calls: Call[] = [];
  const comments: Made[] = [];
  const reactions: Made[] = [];
  const next: (() => Response)[] = [];

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { query, variables } = await request.json();
    const operation = /^\w+ (\w+)/.exec(query)?.[1] ?? "";
    calls.push({ operation, authorization: request.headers.get("authorization"), variables });
    return next.shift()?.() ?? work(operation, variables);
  });

  // deno-lint-ignore no-explicit-any
  function work(operation: string, { input, id, issue }: any): Response {
    switch (operation) {
      case "viewer":
        return data({ viewer: ME });
      case "commentCreate":
        if (!make(comments, input)) return Response.json({ errors: [taken] }, { status: 400 });
        return data({ commentCreate: { success: true, comment: { id: input.id, url: null } } });
      case "commentUpdate":
        comments.find((one) => one.id === id)!.body = input.body;
        return data({ commentUpdate: { success: true } });
      case "findComment": {
        const nodes = comments.filter((one) => one.id === id && one.issueId === issue);
        return data({ viewer: ME, issue: { comments: { nodes } } });
      }
      case "reactionCreate":
        if (!make(reactions, input)) return Response.json({ errors: [taken] });
        return data({ reactionCreate: { success: true } });
      default:
        return data({
          on: { reactions: reactions.filter((one) => (one.commentId ?? one.issueId) === id) },
        });
    }
  }

  function make(list: Made[], input: Made): boolean {
    if (list.some(({ id }) => id === input.id)) return false;
    list.push({ ...input, user: { id: ME.id } });
    return true;
  }

  const data = (data: unknown) => Response.json({ data });
  return {
    base_url: `http://127.0.0.1:${server.addr.port}`,
    calls,
    comments,
    reactions,
    next,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
