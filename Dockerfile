# An image with mailshot and nothing else: no shell, no packages, nobody who is root.
#
#   docker build -t mailshot .
#   docker run --rm -it -e SMTP_PASSWORD -v "$PWD:/job" -v mailshot:/state mailshot run renewal.yaml
#
# The job is the directory of the job file, mounted at /job; the results log is written there. /state
# keeps the ledger of quotas and is one volume for all jobs. Both belong to the user 65532; where the
# job is yours, give `--user "$(id -u):$(id -g)"` and a directory of your own for /state.
#
# What the image is built on can be named: GO has Go and git, and BASE is scratch, or the image "static"
# of distroless where policy wants an image with a vendor.
ARG GO=golang:1.26
ARG BASE=scratch

FROM ${GO} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=true -ldflags='-s -w' -o /image/usr/bin/mailshot ./cmd/mailshot \
 && install -D -m 0644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
 && install -D -m 0644 "$(go env GOROOT)/lib/time/zoneinfo.zip" /image/usr/share/zoneinfo.zip \
 && echo 'mailshot:x:65532:65532::/state:/sbin/nologin' >/image/etc/passwd \
 && echo 'mailshot:x:65532:' >/image/etc/group \
 && install -d -m 0700 /own/job /own/state \
 && install -d -m 1777 /own/tmp

FROM ${BASE}
COPY --from=build /image/ /
COPY --from=build --chown=65532:65532 /own/ /
ENV STATE_DIRECTORY=/state ZONEINFO=/usr/share/zoneinfo.zip
USER 65532:65532
WORKDIR /job
VOLUME ["/job", "/state"]
ENTRYPOINT ["/usr/bin/mailshot"]
