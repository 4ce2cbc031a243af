# The service, its workers (the same image, another command), and the façade (--target web).
#   docker build -t aicoach .                     docker build -t aicoach-web --target web .
# Versions are exact; to pin what a tag points to as well, write tag@sha256:… after looking it up with
# `docker buildx imagetools inspect`.

FROM python:3.12.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements-worker.txt deploy/vercel/trim.py ./
# Only wheels: nothing is compiled here, so no compiler is needed. Last, what nobody reads goes, pip too.
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements-worker.txt \
    && /venv/bin/python trim.py \
    && /venv/bin/python -m compileall -q /venv/lib
COPY aicoach /app/aicoach
RUN /venv/bin/python -m compileall -q /app

FROM node:24.19.0-bookworm-slim AS web-build
ENV NEXT_TELEMETRY_DISABLED=1 npm_config_fund=false npm_config_audit=false
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web ./
RUN npm run build \
    && npm prune --omit=dev \
    && rm -rf .next/cache

FROM node:24.19.0-bookworm-slim AS web
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /web
COPY --from=web-build /web ./
USER 1000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3000/login').then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "node_modules/next/dist/bin/next", "start", "--hostname", "0.0.0.0", "--port", "3000"]

FROM python:3.12.12-slim-bookworm AS service
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin aicoach
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=packages /venv /venv
COPY --from=packages /app /app
WORKDIR /app
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/api/aicoach/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "aicoach"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
