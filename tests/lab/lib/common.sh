# Names, paths and messages that all parts of the lab share.

LAB_ROOT=/run/drover-lab
LAB_CACHE=${DROVER_LAB_CACHE:-/var/cache/drover-lab}
LAB_MARKER=/dev/.drover-lab # in a member's mount namespace: "LAB MEMBER"

die() {
    printf 'lab: %s\n' "$*" >&2
    exit 1
}

# For what this machine cannot do at all: tests take 77 as "skipped".
skip() {
    printf 'lab: skipped: %s\n' "$*" >&2
    exit 77
}

wrong_usage() {
    printf 'lab: %s (see lab --help)\n' "$*" >&2
    exit 2
}

set_lab() {
    [[ $1 =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] ||
        wrong_usage "a lab's name is made of a-z, 0-9 and -, at most 31 of them, not '$1'"
    LAB=$1
    STATE=$LAB_ROOT/$LAB
    SHARED=$STATE/shared
    CLAIM=$LAB_ROOT/.$LAB # who brings it up
}

need_command() {
    command -v "$1" >/dev/null || die "'$1' is missing, which $2 needs: run tests/install-deps --lab"
}

# What keeps this machine from having a lab, or nothing.
obstacle() {
    local command
    ((EUID == 0)) || { echo 'a lab needs root (namespaces, libvirtd)' && return; }
    for command in unshare nsenter ip libvirtd virsh qemu-system-x86_64; do
        command -v "$command" >/dev/null && continue
        echo "'$command' is missing: run tests/install-deps --lab"
        return
    done
    unshare --mount --uts --net true 2>/dev/null || echo 'this machine does not let us make namespaces'
}

require_able() {
    local why
    why=$(obstacle)
    [[ -z $why ]] || skip "$why"
}

require_lab() {
    [[ -e $STATE/ready ]] || die "lab '$LAB' is not up (lab --name $LAB up)"
}

# wait_until SECONDS COMMAND...: true as soon as the command is, false when the time is over.  A
# background part of this program gives up when the program itself ($$) was killed.
wait_until() {
    local deadline_us=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@"; do
        ((${EPOCHREALTIME/./} < deadline_us)) && kill -0 $$ 2>/dev/null || return 1
        sleep 0.02
    done
}

# A fixed UUID for a name.
uuid_of() {
    local hash
    hash=$(md5sum <<<"$*")
    echo "${hash:0:8}-${hash:8:4}-4${hash:13:3}-8${hash:17:3}-${hash:20:12}"
}
