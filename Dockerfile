# The app: `docker build -t orthoweave .`, then as `orthoweave` on the command line:
# `docker run --rm -v kb:/kb orthoweave demo`. With a Neo4j server: docker-compose.yml
#
# Every package comes from the lock and is compared with its hash. PyTorch alone is the exception
# by default: its build for CPUs is on an index of its own, with other hashes than the lock's.
# `--build-arg TORCH=cuda` takes the locked one, which is some 4 GB larger.
#
# The base is pinned by its digest: how to renew it is in docs/setup.md

ARG PYTHON_IMAGE=python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7
FROM ${PYTHON_IMAGE} AS installed
ARG TORCH=cpu
RUN python -m venv /opt/orthoweave
ENV PATH=/opt/orthoweave/bin:$PATH
WORKDIR /source
COPY requirements requirements
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
      -r requirements/base.txt
RUN if [ "$TORCH" = cpu ]; then \
      pip install --no-cache-dir --no-deps --index-url https://download.pytorch.org/whl/cpu \
        "$(sed -n 's/^\(torch==[^ ;]*\).*/\1/p' requirements/torch.txt)"; \
    else \
      pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
        -r requirements/torch.txt; \
    fi
COPY pyproject.toml README.md LICENSE ./
COPY platform platform
COPY graph_schema graph_schema
COPY ingest ingest
COPY ui ui
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && pip check

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --create-home --home-dir /home/orthoweave orthoweave \
 && install -d -o orthoweave -g orthoweave /kb
COPY --from=installed /opt/orthoweave /opt/orthoweave
# what is compiled or cached on the way goes where a read-only container can write
ENV PATH=/opt/orthoweave/bin:$PATH ORTHOWEAVE_KB=/kb HOME=/tmp NUMBA_CACHE_DIR=/tmp/numba \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /tmp
VOLUME /kb
EXPOSE 8501
ENTRYPOINT ["orthoweave"]
CMD ["--help"]
