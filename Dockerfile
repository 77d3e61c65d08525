# The bot, without its demo, in an image that holds nothing else. docs/deploy.md says how to run it.

FROM rust:1.95-slim-bookworm AS build
# Whatever is newest: certificates and time zones are data that must not be old.
# hadolint ignore=DL3008
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -qq ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build

# The dependencies first, with nothing of ours in them: this layer lasts until Cargo.lock changes.
COPY Cargo.toml Cargo.lock ./
COPY slack-sim/Cargo.toml slack-sim/Cargo.toml
COPY benches benches
COPY slack-sim/benches slack-sim/benches
RUN mkdir -p src slack-sim/src \
    && touch src/lib.rs slack-sim/src/lib.rs \
    && echo 'fn main() {}' >src/main.rs \
    && cargo build --profile dist --locked --no-default-features -p allears

COPY src src
# Newer than what was built of the empty files.
RUN touch src/lib.rs src/main.rs \
    && cargo build --profile dist --locked --no-default-features -p allears
COPY config config
COPY packaging/image-root packaging/image-root
COPY LICENSE-MIT LICENSE-APACHE ./
RUN packaging/image-root target/dist/allears /image && mkdir /empty

FROM scratch
COPY --from=build /image /
COPY --from=build --chown=10001:10001 /empty /data
ENV ALLEARS_DATA=/data \
    PATH=/usr/local/bin
# By number, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 CMD ["allears", "health", "--config", "/etc/allears"]
ENTRYPOINT ["allears"]
CMD ["serve", "--config", "/etc/allears"]
