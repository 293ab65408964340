# One image for all processes: web by default; worker and release by the other lines of the Procfile.
ARG BASE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

FROM $BASE AS build
COPY .ci/requirements.lock .ci/requirements-image.lock /
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.lock -r /requirements-image.lock \
    && cd /venv/lib/python3*/site-packages && rm -rf moonshine_voice.libs moonshine_voice/lib*

FROM $BASE
# What the speech SDK's library links against, the certificates of public addresses, and the bytecode that this base
# leaves out of its standard library: every start and every health check would compile it anew.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libasound2 \
    && rm -rf /var/lib/apt/lists/* \
    && python -m compileall -q -x site-packages /usr/local/lib/python3.* \
    && useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin unilingo \
    && install --directory --owner=unilingo --mode=700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY unilingo unilingo
COPY jobs jobs
COPY profiles profiles
COPY resilience resilience
COPY templates templates
COPY docs/runbook.md docs/using-the-api.md docs/
COPY docs/samples docs/samples
ENV PATH=/venv/bin:$PATH DATA_DIR=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m compileall -q unilingo jobs profiles resilience
# By number, for platforms that ask for proof that it is not root.
USER 10001
VOLUME /data
EXPOSE 3001 3002
CMD ["gunicorn", "-c", "python:unilingo.gunicorn_conf", "unilingo.asgi:application"]
