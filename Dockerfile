# The app: `docker build -t orthoweave .`, then as `orthoweave` on the command line:
# `docker run --rm -v kb:/kb orthoweave demo`. With a Neo4j server: docker-compose.yml

FROM python:3.11-slim AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY platform platform
COPY graph_schema graph_schema
COPY ingest ingest
COPY ui ui
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim
ARG EXTRAS=models,neo4j,text,ui
RUN useradd --uid 10001 --create-home --home-dir /home/orthoweave orthoweave \
 && install -d -o orthoweave -g orthoweave /kb
COPY constraints.txt /tmp/constraints.txt
COPY --from=wheel /wheels /tmp/wheels
RUN pip install --no-cache-dir --constraint /tmp/constraints.txt \
      "$(echo /tmp/wheels/orthoweave-*.whl)[${EXTRAS}]" \
 && rm -r /tmp/wheels /tmp/constraints.txt
# what is compiled or cached on the way goes where a read-only container can write
ENV ORTHOWEAVE_KB=/kb HOME=/tmp NUMBA_CACHE_DIR=/tmp/numba PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /tmp
VOLUME /kb
EXPOSE 8501
ENTRYPOINT ["orthoweave"]
CMD ["--help"]
