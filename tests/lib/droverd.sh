# A droverd of one's own, for scripts in bash: source it after setting $build (meson's directory).
#
#   start_droverd [CONFIG-LINES-FILE]   writes a configuration, starts droverd, waits until it answers
#   stop_droverd [SIGNAL]               ends it (TERM) and waits for its end
#   droverctl ...                       drover, talking to it
#   http_port                           the port it listens on, with http_listen=127.0.0.1:0
#
# Everything is below $work, which remove_droverd (call it from the EXIT trap) removes.
work=$(mktemp -d "${TMPDIR:-/tmp}/drover.XXXXXX")
droverd_pid=''

droverctl() {
    "$build/orchestrator/cli/drover" --server "unix:$work/sock" "$@"
}

http_port() {
    sed -n 's/.*droverd is ready.* HTTP port \([0-9]*\).*/\1/p' "$work/droverd.log" | tail -1
}

# droverd_config DAEMON-LINES...: a configuration below $work; groups of hosts are appended by the caller.
droverd_config() {
    {
        echo '[daemon]'
        echo "state_dir=$work/state"
        echo "socket=$work/sock"
        printf '%s\n' "$@"
    } >"$work/drover.conf"
}

# Waits for the line that droverd prints when it listens; no polling of the socket.
start_droverd() {
    local from
    touch "$work/droverd.log"
    from=$(($(stat -c %s "$work/droverd.log") + 1))
    "$build/orchestrator/droverd" --config "$work/drover.conf" >>"$work/droverd.log" 2>&1 &
    droverd_pid=$!
    grep -q -m1 'droverd is ready' < <(tail -c "+$from" -f --pid=$droverd_pid "$work/droverd.log") && return
    cat "$work/droverd.log"
    return 1
}

stop_droverd() {
    [ -n "$droverd_pid" ] || return 0
    kill -"${1:-TERM}" "$droverd_pid" 2>/dev/null
    wait "$droverd_pid" 2>/dev/null
    droverd_pid=''
}

remove_droverd() {
    stop_droverd
    rm -rf "$work"
}
