# The hub in one image: every process of it is a verb of the same command (see compose.yaml).

FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt requirements-build.txt ./
RUN pip install --require-hashes --requirement requirements.txt --requirement requirements-build.txt
COPY . .
RUN pip install --no-deps --no-build-isolation --editable . \
    && python -m compileall -q aanspraak projections adapters

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin aanspraak \
    && install --directory --owner=aanspraak /var/lib/aanspraak
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AANSPRAAK_HOST=0.0.0.0 \
    AANSPRAAK_PORT=8000 \
    AANSPRAAK_STATE_DIR=/var/lib/aanspraak
USER 10001
EXPOSE 8000
# Only `serve` answers here; compose.yaml switches the check off for the followers.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
ENTRYPOINT ["aanspraak"]
CMD ["serve"]
