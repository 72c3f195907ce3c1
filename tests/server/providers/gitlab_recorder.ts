/** Stands in for GitLab on loopback: keeps the notes, reactions and labels that are sent to it. */
import { gitlab } from "@/server/providers/gitlab.ts";

interface Note {
  id: number;
  place: string;
  body: string;
  author: { id: number };
  created_at: string;
}
interface Call {
  method: string;
  path: string;
  body: unknown;
  token: string | null;
}

const OWN_ID = 1;
const PLACE = "/projects/\\d+/(?:(?:issues|merge_requests|snippets)/\\d+|repository/commits/\\w+)";
const LOOPBACK = { port: 0, hostname: "127.0.0.1", onListen() {} };

/** A GitLab with one user, us. */
export function gitlabRecorder() {
  const calls: Call[] = [];
  const notes: Note[] = [];
  const awards: string[] = [];

  const server = Deno.serve(LOOPBACK, async (request) => {
    const url = new URL(request.url);
    const path = url.pathname.replace("/api/v4", "");
    const text = await request.text();
    const body = text === "" ? null : JSON.parse(text);
    calls.push({ method: request.method, path, body, token: request.headers.get("private-token") });
    return work(request.method, path, body ?? {}, url.searchParams);
  });

  function write(place: string, body: string, author_id = OWN_ID): Note {
    const created_at = new Date().toISOString();
    const note = { id: notes.length + 1, place, body, author: { id: author_id }, created_at };
    notes.push(note);
    return note;
  }

  type Fields = { body?: string; name?: string };
  function work(method: string, path: string, { body = "", name }: Fields, query: URLSearchParams) {
    const fits = (rest: string) => new RegExp(`^(${PLACE})${rest}$`).exec(path);
    const [, place = ""] = fits("(?:/.*)?") ?? [];
    if (path === "/user") return Response.json({ id: OWN_ID, username: "tea-agent" });
    if (method === "POST" && path.endsWith("/award_emoji")) return award(path, name!);
    if (method === "POST" && fits("/discussions")) {
      const { id } = write(place, body);
      return Response.json({ id: `d${id}`, notes: [{ id }] }, { status: 201 });
    }
    if (method === "POST" && fits("(?:/discussions/\\w+)?/notes")) {
      return Response.json(write(place, body), { status: 201 });
    }
    const edited = fits("(?:/discussions/\\w+)?/notes/(\\d+)");
    if (method === "PUT" && edited) return edit(Number(edited[2]), body);
    if (method === "PUT" && fits("")) return Response.json({ iid: 1 });
    const there = notes.filter((note) => note.place === place).reverse();
    const from = (Number(query.get("page")) - 1) * 100;
    if (fits("/notes")) return Response.json(there.slice(from, from + 100));
    if (fits("/discussions")) {
      return Response.json(there.map((note) => ({ id: `d${note.id}`, notes: [note] })));
    }
    return Response.json({ message: "404 Not found" }, { status: 404 });
  }

  // as GitLab says it, with 404
  function award(path: string, name: string) {
    const given = `${path.replace("/award_emoji", "")} ${name}`;
    const message = '404 Award Emoji {:name=>["has already been taken"]} Not Found';
    if (awards.includes(given)) return Response.json({ message }, { status: 404 });
    awards.push(given);
    return Response.json({ id: awards.length, name }, { status: 201 });
  }

  function edit(id: number, body: string) {
    const note = notes.find((one) => one.id === id);
    if (!note) return Response.json({ message: "404 Not found" }, { status: 404 });
    note.body = body;
    return Response.json(note);
  }

  const base_url = `http://127.0.0.1:${server.addr.port}`;
  return {
    calls,
    notes,
    awards,
    write,
    base_url,
    sender: gitlab.connect({ base_url, token: "t0ken" }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Something that gives one answer to the first call, and 599 to others. */
export function answering(answer: Response | Promise<Response>) {
  let seen = 0;
  const server = Deno.serve(
    LOOPBACK,
    () => seen++ === 0 ? answer : new Response("no answer left", { status: 599 }),
  );
  const base_url = `http://127.0.0.1:${server.addr.port}`;
  return {
    base_url,
    seen: () => seen,
    sender: gitlab.connect({ base_url, token: "t0ken" }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
