# Members: the sets of namespaces a lab is made of.  One is the switch, the others are the hosts.  A
# member lives as long as its keeper, a sleeping process; everything in it carries the lab's marker,
# so that whatever a crash left behind can be found by looking at the processes alone.

# "LAB MEMBER" of a process, or nothing.
member_of() {
    local marker=
    { read -r marker <"/proc/$1/root$LAB_MARKER"; } 2>/dev/null
    echo "$marker"
}

# All processes in any namespace of this lab.
lab_processes() {
    local process marker
    for process in /proc/[0-9]*; do
        marker=
        { read -r marker <"$process/root$LAB_MARKER"; } 2>/dev/null
        [[ $marker != "$LAB "* ]] || echo "${process#/proc/}"
    done
}

# Names of all labs that have a process or a state directory.
all_labs() {
    local process marker directory
    {
        for process in /proc/[0-9]*; do
            marker=
            { read -r marker <"$process/root$LAB_MARKER"; } 2>/dev/null
            [[ -z $marker ]] || echo "${marker%% *}"
        done
        for directory in "$LAB_ROOT"/*/; do
            [[ ! -d $directory ]] || basename "$directory"
        done
    } | sort -u
}

# The keeper's process id, if it still is that.
keeper() {
    local pid=
    { read -r pid <"$STATE/$1/keeper"; } 2>/dev/null
    [[ -n $pid && $(member_of "$pid") == "$LAB $1" ]] && echo "$pid"
}

require_host() {
    local known
    require_lab
    for known in $(hosts); do
        [[ $known != "$1" ]] || return 0
    done
    die "lab '$LAB' has no host '$1' (it has: $(hosts | paste -sd ' '))"
}

hosts() {
    cat "$STATE/hosts" 2>/dev/null
}

# start_keeper MEMBER PREPARE: new namespaces, and the function that prepares them from within.
start_keeper() {
    local member=$1 prepare=$2 pid
    mkdir -p "$STATE/$member"
    # Not a job of this shell, and with none of its files: it outlives us, and nobody waits for it.
    setsid unshare --mount --uts --net "$BASH" "$LAB_HOME/lab" --name "$LAB" keep "$member" "$prepare" \
        </dev/null >"$STATE/$member/keeper.log" 2>&1 9>&- &
    pid=$!
    disown
    echo "$pid" >"$STATE/$member/keeper"
}

keeper_settled() {
    keeper "$1" >/dev/null || ! kill -0 "$(<"$STATE/$1/keeper")" 2>/dev/null
}

wait_for_keeper() {
    wait_until 10 keeper_settled "$1"
    keeper "$1" >/dev/null || die "no namespaces for '$1': $(tail -n 3 "$STATE/$1/keeper.log")"
}

# The process inside the new namespaces: prepare them, set the marker, stay.  Who takes a lab down
# removes its directory and then looks for markers; we set the marker and then look for the directory.
keep_member() {
    local member=$1 prepare=$2
    set -e
    cd /
    exec 3<"$STATE/$member"
    mount --make-rprivate /
    "$prepare" "$member"
    echo "$LAB $member" >"$LAB_MARKER"
    (($(stat -L -c %h /proc/self/fd/3) > 0))
    exec 3<&-
    exec sleep infinity
}

# in_member MEMBER COMMAND...: run it in the member's namespaces.
in_member() {
    local member=$1 pid
    shift
    pid=$(keeper "$member") || die "'$member' of lab '$LAB' is gone"
    nsenter --target "$pid" --mount --uts --net "$@"
}
