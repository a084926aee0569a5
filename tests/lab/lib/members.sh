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

# Names of all labs that have a process, a directory or a claim.
all_labs() {
    local process marker path
    {
        for process in /proc/[0-9]*; do
            marker=
            { read -r marker <"$process/root$LAB_MARKER"; } 2>/dev/null
            [[ -z $marker ]] || echo "${marker%% *}"
        done
        for path in "$LAB_ROOT"/* "$LAB_ROOT"/.[a-z0-9]*; do
            [[ ! -e $path ]] || sed 's:^.*/[.]\?::' <<<"$path"
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
    prepare_devices "$STATE/$member/dev"
    "$prepare" "$member"
    echo "$LAB $member" >"$LAB_MARKER"
    (($(stat -L -c %h /proc/self/fd/3) > 0))
    exec 3<&-
    exec sleep infinity
}

# Devices of the member's own (the marker is among them: it must outlive the lab's directory), but not
# KVM: all machines are to show the same, and libvirt would probe QEMU anew (4 s) whenever it finds
# itself on another CPU, by what KVM tells of it.
prepare_devices() {
    mkdir -p "$1"
    mount -t tmpfs -o mode=755 devices "$1"
    mkdir "$1/shm" "$1/pts"
    (cd /dev && cp -a --parents null zero full random urandom tty ptmx fd std{in,out,err} "$1")
    [[ ! -e /dev/net/tun ]] || (cd /dev && cp -a --parents net/tun "$1")
    mount --bind /dev/pts "$1/pts"
    mount --rbind "$1" /dev
}

# in_member MEMBER COMMAND...: run it in the member's namespaces.
in_member() {
    local member=$1 pid
    shift
    pid=$(keeper "$member") || die "'$member' of lab '$LAB' is gone"
    nsenter --target "$pid" --mount --uts --net "$@"
}
