# A host: namespaces of its own with a libvirtd, its configuration, its logs and its storage.

LIBVIRT_PORT=16509

uri_of() {
    echo "qemu+tcp://$(address_of "$1"):$LIBVIRT_PORT/system"
}

# Runs inside the host's new namespaces.  /run comes last: it hides the lab's own directory.
prepare_host() {
    local host=$1 private=$STATE/$1/root path
    hostname "$host"
    umount --recursive --lazy /sys
    mount -t sysfs sysfs /sys # this network's devices, and no cgroups
    for path in etc/{hosts,nsswitch.conf,passwd,group,libvirt} var/{lib,log,cache}; do
        mount --bind "$private/$path" "/$path"
    done
    mount --bind "$SHARED" "$private$SHARED"
    mount --rbind "$private/run" /run
}

# What the host will see in place of this machine's files.
write_host_files() {
    local host=$1 private=$STATE/$1/root
    mkdir -p "$private"/{etc/libvirt,run,var/lib/libvirt/images,var/log/libvirt,var/cache/libvirt}
    mkdir -p "$private$SHARED" "$SHARED"
    mkdir -p /etc/libvirt
    echo 'hosts: files' >"$private/etc/nsswitch.conf" # a name server would be asked in vain
    write_names >"$private/etc/hosts"
    write_accounts "$private"
    write_libvirtd_conf "$host" >"$private/etc/libvirt/libvirtd.conf"
    write_qemu_conf "$host" >"$private/etc/libvirt/qemu.conf"
    # What libvirt found out about QEMU is kept across labs: probing it takes a second.
    cp -rp "$LAB_CACHE/capabilities/." "$private/var/cache/libvirt/" 2>/dev/null
    return 0
}

write_names() {
    local host
    echo '127.0.0.1 localhost'
    for host in $(hosts); do
        echo "$(address_of "$host") $host"
    done
}

# libvirt asks for its account for QEMU before it reads that it shall not use it; the package that
# makes the account would also start a libvirtd on this machine.
write_accounts() {
    cp /etc/passwd /etc/group "$1/etc/"
    grep -q '^libvirt-qemu:' /etc/passwd ||
        echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin' >>"$1/etc/passwd"
    grep -q '^libvirt-qemu:' /etc/group || echo 'libvirt-qemu:x:64055:' >>"$1/etc/group"
}

# The open TCP port exists on the lab's own network only.  Of two lines for one key the first counts:
# those given to `lab up` come first.
write_libvirtd_conf() {
    cat "$STATE/libvirtd.conf" - <<CONF
listen_tls = 0
listen_tcp = 1
listen_addr = "0.0.0.0"
tcp_port = "$LIBVIRT_PORT"
auth_tcp = "none"
auth_unix_rw = "none"
unix_sock_group = "root"
host_uuid = "$(uuid_of "$LAB" "$1")"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
CONF
}

write_qemu_conf() {
    cat "$STATE/qemu.conf" - <<CONF
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
migration_address = "0.0.0.0"
migration_host = "$(address_of "$1")"
CONF
}

# libvirt translates its messages in the daemon: LANG=C.  It returns when it listens.
start_libvirtd() {
    ! libvirtd_pid "$1" >/dev/null || die "libvirtd of '$1' is already running"
    in_member "$1" env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C HOME=/root \
        libvirtd --listen --daemon --pid-file /run/libvirtd.pid \
        </dev/null >>"$STATE/$1/libvirtd.out" 2>&1 9>&- ||
        die "libvirtd of '$1' does not start: $(host_log "$1" | tail -n 5)"
}

host_log() {
    cat "$STATE/$1/libvirtd.out" "$STATE/$1/root/var/log/libvirt/libvirtd.log" 2>/dev/null
}

libvirtd_pid() {
    local pid=
    { read -r pid <"$STATE/$1/root/run/libvirtd.pid"; } 2>/dev/null
    [[ -n $pid && $(member_of "$pid") == "$LAB $1" ]] && echo "$pid"
}

libvirtd_answers() {
    timeout 2 virsh -q -c "$(uri_of "$1")" uri >/dev/null 2>&1
}

libvirtd_settled() {
    libvirtd_answers "$1" || ! libvirtd_pid "$1" >/dev/null
}

wait_for_libvirtd() {
    wait_until 20 libvirtd_settled "$1"
    libvirtd_answers "$1" ||
        die "libvirtd of '$1' does not answer: $(host_log "$1" | tail -n 5)"
}

# kill_libvirtd HOST [SIGNAL]: with KILL (the default) and TERM, waits until it is gone.
kill_libvirtd() {
    local signal=${2:-KILL} pid
    pid=$(libvirtd_pid "$1") || die "libvirtd of '$1' is not running"
    kill -s "$signal" "$pid"
    [[ $signal != KILL && $signal != TERM ]] || wait_until 20 process_is_gone "$pid"
}

process_is_gone() {
    [[ -z $(member_of "$1") ]] # not kill -0: a zombie that nobody fetched is gone as well
}

keep_capabilities() {
    local found=$STATE/$1/root/var/cache/libvirt kept=$LAB_CACHE/capabilities
    [[ -d $found/qemu ]] && ! diff -rq "$found/qemu" "$kept/qemu" >/dev/null 2>&1 || return 0
    mkdir "$kept.$$" && cp -rp "$found/qemu" "$kept.$$/" && rm -rf "$kept" && mv -T "$kept.$$" "$kept"
    rm -rf "$kept.$$"
}
