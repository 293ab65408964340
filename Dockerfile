# One image for all processes: web by default; worker, beat and release by the other lines of the Procfile.
FROM python:3.11-slim-bookworm AS build
COPY requirements.txt /
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /requirements.txt

FROM python:3.11-slim-bookworm
# What the speech SDK's library links against, and the certificates of public addresses.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libasound2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data unilingo \
    && install --directory --owner=unilingo --mode=700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY unilingo unilingo
COPY jobs jobs
COPY profiles profiles
COPY resilience resilience
COPY templates templates
COPY docs/samples docs/samples
ENV PATH=/venv/bin:$PATH DATA_DIR=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m compileall -q unilingo jobs profiles resilience
USER unilingo
VOLUME /data
EXPOSE 3001 3002
CMD ["gunicorn", "-c", "python:unilingo.gunicorn_conf", "unilingo.asgi:application"]
