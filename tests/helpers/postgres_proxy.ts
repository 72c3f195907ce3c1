/** Postgres behind a proxy of the test's own: it goes away, falls silent and comes back. */
export interface PostgresProxy extends AsyncDisposable {
  url: string;
  /** Cuts everybody and refuses all who come. */
  goAway(): void;
  /** Takes what is sent and hands nothing on. */
  fallSilent(): void;
  comeBack(): void;
}

type State = "there" | "away" | "silent";

/** A way to the Postgres at `url`, whose socket lies in a folder. */
export function postgresProxy(url: string): PostgresProxy {
  const target = new URL(url);
  const path = `${target.searchParams.get("host")}/.s.PGSQL.${
    target.searchParams.get("port") ?? 5432
  }`;
  const open = new Set<Deno.Conn>();
  let state = "there" as State;
  let news = Promise.withResolvers<void>();

  const close = (conn: Deno.Conn) => {
    if (open.delete(conn)) conn.close();
  };
  const handOn = async (from: Deno.Conn, to: Deno.Conn) => {
    const bytes = new Uint8Array(65_536);
    try {
      for (let read = await from.read(bytes); read; read = await from.read(bytes)) {
        while (state === "silent") await news.promise;
        for (let at = 0; at < read;) at += await to.write(bytes.subarray(at, read));
      }
    } catch { /* one of them is gone */ }
    close(from);
    close(to);
  };
  // What is refused is an error at once; a connection that is closed again is tried for long.
  const listen = (port: number) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    const served = (async () => {
      for await (const client of listener) {
        const server = await Deno.connect({ transport: "unix", path });
        open.add(client).add(server);
        void handOn(client, server);
        void handOn(server, client);
      }
    })();
    return { listener, served };
  };
  let listening: ReturnType<typeof listen> | null = listen(0);
  const { port } = listening.listener.addr;
  const become = (next: State) => {
    state = next;
    news.resolve();
    news = Promise.withResolvers();
  };

  const goAway = () => {
    become("away");
    listening?.listener.close();
    listening = null;
    for (const conn of [...open]) close(conn);
  };

  const own = new URL(url);
  own.host = `127.0.0.1:${port}`;
  own.search = "";
  return {
    url: own.href,
    goAway,
    fallSilent: () => become("silent"),
    comeBack() {
      become("there");
      listening ??= listen(port);
    },
    async [Symbol.asyncDispose]() {
      const last = listening;
      goAway();
      await last?.served;
    },
  };
}
