# One image for every part of the scale-out mode: serve, projector, migrate. See docs/scale-out.md.

FROM node:24-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error

FROM python:3.11-slim AS program
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip .venv
COPY requirements.lock ./
RUN pip --python .venv/bin/python install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY domain domain
COPY store store
COPY search search
COPY projections projections
COPY api api
COPY demo demo
COPY deploy/alive.py deploy/alive.py
RUN pip --python .venv/bin/python install --quiet --no-build-isolation --no-deps -e . \
 && pip --python .venv/bin/python uninstall --quiet --yes uv-build \
 && python -m compileall -q .

FROM python:3.11-slim
# /run/laerdom holds the sockets of the workers, the others what docs/audit.md tells of; a volume laid over one of them
# takes over its owner.
RUN pip uninstall --quiet --yes --root-user-action=ignore wheel setuptools pip \
 && rm -r "$(python -c 'import ensurepip, os; print(os.path.dirname(ensurepip.__file__))')" \
 && groupadd --system --gid 10001 laerdom \
 && useradd --system --uid 10001 --gid laerdom --no-create-home --shell /usr/sbin/nologin laerdom \
 && install -d -o laerdom -g laerdom -m 0750 /run/laerdom /run/checkpoints \
 && install -d -o laerdom -g laerdom -m 0700 /run/keys /run/erasures
COPY --from=program /app /app
COPY --from=pages /app/node_modules /app/node_modules
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 10001:10001
ENTRYPOINT ["laerdom"]
