# A lab's life: up, down, and the watcher that takes it down when its owner dies.

# Everything that a lab may have left, in whatever state it is: harmless where there is nothing.
take_down() {
    stop_process "$CLAIM"
    stop_process "$STATE/watcher"
    end_processes
    remove_uplink
    rm -rf "$STATE"
    [[ ! -e $CLAIM ]] || sleep 0.2 # for what whoever brought it up had just begun
    end_processes
    rm -f "$CLAIM"
    rmdir "$LAB_ROOT" 2>/dev/null
    return 0
}

end_processes() {
    wait_until 20 kill_processes || die "processes of lab '$LAB' do not end: $(lab_processes | paste -sd ' ')"
}

# Kills what is there; true when nothing was.
kill_processes() {
    local processes
    processes=$(lab_processes)
    [[ -n $processes ]] || return 0
    kill -KILL $processes 2>/dev/null
    return 1
}

is_complete() {
    local host
    [[ -e $STATE/ready ]] && keeper switch >/dev/null || return 1
    for host in $(hosts); do
        keeper "$host" >/dev/null || return 1
    done
}

bring_up() {
    parse_up "$@"
    require_able
    mkdir -p "$LAB_CACHE"
    reap
    claim
    trap '[[ -e $STATE/ready ]] || take_down' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    create
    rm -f "$CLAIM"
}

# The options of `lab up` become the variables of what is to be made.
parse_up() {
    owner='' replace='' libvirtd_conf='' qemu_conf='' names=()
    while (($#)); do
        case $1 in
            --replace) replace=yes && shift && continue ;;
            -*) (($# > 1)) || wrong_usage "lab up: '$1' is unknown or lacks its value" ;;
        esac
        case $1 in
            --owner) owner=$2 && shift 2 ;;
            --keepalive) set_keepalive "$2" && shift 2 ;;
            --libvirtd-conf) libvirtd_conf+=$2$'\n' && shift 2 ;;
            --qemu-conf) qemu_conf+=$2$'\n' && shift 2 ;;
            -*) wrong_usage "lab up: unknown option '$1'" ;;
            *) names+=("$1") && shift ;;
        esac
    done
    ((${#names[@]} > 0)) || names=(2)
    if ((${#names[@]} == 1)) && [[ ${names[0]} =~ ^[1-9][0-9]{0,2}$ ]]; then
        names=($(seq -f 'host%.0f' "${names[0]}"))
    fi
    check_host_names "${names[@]}"
}

# set_keepalive INTERVAL:COUNT: a dead peer is noticed after INTERVAL * (COUNT + 1) seconds.
set_keepalive() {
    local lines
    [[ $1 =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || wrong_usage "lab up: --keepalive takes INTERVAL:COUNT, not '$1'"
    printf -v lines 'keepalive_interval = %d\nkeepalive_count = %d\n' "${1%:*}" "${1#*:}"
    libvirtd_conf+=$lines qemu_conf+=$lines
}

# Of two that bring up the same lab at once, one does; what is left of an earlier one goes first.
claim() {
    exec 9<"$LAB_CACHE"
    flock 9
    ! is_alive "$CLAIM" || die "lab '$LAB' is being brought up by another process"
    [[ -n $replace ]] || ! is_complete || die "lab '$LAB' is up already (lab --name $LAB down, or up --replace)"
    take_down
    # Another lab's end may remove the directory in between: once more, then.
    { mkdir -p "$LAB_ROOT" && remember_process "$CLAIM" $$; } 2>/dev/null ||
        { mkdir -p "$LAB_ROOT" && remember_process "$CLAIM" $$; } || die "cannot write to $LAB_ROOT"
    exec 9<&-
}

check_host_names() {
    local name
    (($# > 0 && $# < UPLINK_OCTET)) || wrong_usage "lab up: 1 to $((UPLINK_OCTET - 1)) hosts"
    for name in "$@"; do
        [[ $name =~ ^[a-z][a-z0-9-]{0,13}$ && $name != switch && $name != br0 && $name != uplink &&
            $name != shared && $name != localhost ]] || wrong_usage "a host cannot be named '$name'"
    done
    [[ -z $(printf '%s\n' "$@" | sort | uniq -d) ]] || wrong_usage 'two hosts have the same name'
}

create() {
    local host
    mkdir -p "$SHARED"
    printf '%s\n' "${names[@]}" >"$STATE/hosts"
    printf '%s' "$libvirtd_conf" >"$STATE/libvirtd.conf"
    printf '%s' "$qemu_conf" >"$STATE/qemu.conf"
    [[ -z $owner ]] || start_watcher "$owner"
    start_keeper switch prepare_switch
    wait_for_keeper switch
    connect_switch
    for host in "${names[@]}"; do
        write_host_files "$host"
        start_keeper "$host" prepare_host
    done
    for host in "${names[@]}"; do
        wait_for_keeper "$host"
        connect_host "$host"
    done
    all_hosts start_libvirtd || exit
    all_hosts wait_for_libvirtd || exit
    : >"$STATE/ready"
    is_complete && ! owner_is_dead || { rm -f "$STATE/ready"; die "lab '$LAB' was taken down meanwhile"; }
}

# all_hosts FUNCTION: side by side; fails if one did.
all_hosts() {
    local host jobs=() job failed=0
    for host in $(hosts); do
        (trap - EXIT; "$1" "$host") &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job" || failed=1
    done
    return $failed
}

# A process is its id and the time it started: ids are used again.
process_identity() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
    set -- ${stat##*) }
    [[ $1 != [ZX] ]] && echo "${20}"
}

# remember_process FILE PID: as "PID BORN".
remember_process() {
    local born
    born=$(process_identity "$2") || return
    echo "$2 $born" >"$1"
}

is_alive() {
    local pid= born=
    { read -r pid born <"$1"; } 2>/dev/null
    [[ -n $pid && $(process_identity "$pid") == "$born" ]]
}

# Kills the process that the file names, and those that it started.
stop_process() {
    local pid=
    is_alive "$1" && read -r pid _ <"$1" || return 0
    kill_tree "$pid"
}

# Spares us: the watcher is a child of the process that brings its lab up.
kill_tree() {
    local child
    [[ $1 != $$ ]] || return 0
    kill -STOP "$1" 2>/dev/null # it starts no more
    for child in $(pgrep -P "$1"); do
        kill_tree "$child"
    done
    kill -KILL "$1" 2>/dev/null
    return 0
}

owner_is_dead() {
    [[ -s $STATE/owner ]] && ! is_alive "$STATE/owner"
}

is_abandoned() {
    owner_is_dead || { [[ -e $CLAIM ]] && ! is_alive "$CLAIM"; }
}

start_watcher() {
    remember_process "$STATE/owner" "$1" || die "the owner, process $1, is not there"
    setsid "$BASH" "$LAB_HOME/lab" --name "$LAB" watch </dev/null >/dev/null 2>&1 &
    remember_process "$STATE/watcher" $!
    disown
}

# The watcher's own process: looks twice a second, by means that cost next to nothing.
watch_owner() {
    local pid born never
    cd /
    trap '' HUP INT
    read -r pid born <"$STATE/owner"
    exec {never}<> <(:)
    while [[ $(process_identity "$pid") == "$born" ]]; do
        read -r -t 0.5 -u "$never"
    done
    take_down
}

# Takes down the labs that nobody will: their owner and its watcher, or who brought them up, are dead.
reap() {
    local name
    for name in $(all_labs); do
        (set_lab "$name"; ! is_abandoned || take_down)
    done
}

# Others may be using their labs at this moment: one that is up, or coming up, goes by its name only.
take_leftovers_down() {
    local name
    for name in $(all_labs); do
        (
            set_lab "$name"
            if is_in_use; then
                echo "lab: '$LAB' is in use and stays (lab --name $LAB down)" >&2
            else
                take_down
            fi
        ) || return
    done
}

is_in_use() {
    ! is_abandoned && { is_complete || is_alive "$CLAIM"; }
}

show_status() {
    local name host
    for name in $(all_labs); do
        (
            set_lab "$name"
            echo "lab $LAB: $(is_complete && echo up || echo incomplete), $STATE"
            [[ -e $STATE/subnet ]] || exit 0
            for host in $(hosts); do
                show_host "$host"
            done
        )
    done
}

show_host() {
    local state=down link=cut
    libvirtd_pid "$1" >/dev/null && state=running
    in_member switch ip -o link show dev "$1" 2>/dev/null | grep -q '[<,]UP[,>]' && link=up
    echo "  $1 $(address_of "$1") libvirtd=$state link=$link"
    [[ $state == running && $link == up ]] || return 0
    timeout 5 virsh -q -c "$(uri_of "$1")" list --all 2>/dev/null | sed 's/^/    /'
}
