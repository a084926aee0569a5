#!/bin/sh
# Runs wbemcli-smoke.sh against the test server $1, on a port of its own.
set -eu

directory=$(mktemp -d)
mkfifo "$directory/url"
"$1" 127.0.0.1:0 3 >"$directory/url" &
server=$!
trap 'kill $server; rm -r "$directory"' EXIT

read -r url <"$directory/url"
"$(dirname "$0")/wbemcli-smoke.sh" "$url" root/test Test_MigrationJob
