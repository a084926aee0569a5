# A droverd of one's own, for scripts in bash: source it after setting $build (meson's directory).
#
#   start_droverd [CONFIG-LINES-FILE]   writes a configuration, starts droverd, waits until it answers
#   stop_droverd [SIGNAL]               ends it (TERM) and waits for its end
#   droverctl ...                       drover, talking to it
#
# Everything is below $work, which remove_droverd (call it from the EXIT trap) removes.
work=$(mktemp -d "${TMPDIR:-/tmp}/drover.XXXXXX")
droverd_pid=''

droverctl() {
    "$build/orchestrator/cli/drover" --server "unix:$work/sock" "$@"
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
    local line
    mkfifo "$work/ready.$$" || return 1
    "$build/orchestrator/droverd" --config "$work/drover.conf" \
        > >(tee -a "$work/droverd.log" >"$work/ready.$$") 2>&1 &
    droverd_pid=$!
    while read -r line; do
        case $line in *'droverd is ready'*) break ;; esac
    done <"$work/ready.$$" 2>/dev/null
    rm -f "$work/ready.$$"
    kill -0 "$droverd_pid" 2>/dev/null || { cat "$work/droverd.log"; return 1; }
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
