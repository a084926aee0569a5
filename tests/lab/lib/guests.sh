# Guests: a Linux that counts aloud on its serial port, or (--no-kernel) a machine that stops in its
# firmware and costs nothing.  Emulated (TCG) with a fixed CPU model, so that it runs and moves anywhere.

KERNEL_MEMORY_MIB=128
FIRMWARE_MEMORY_MIB=32
TICK_MS=100
BOOT_SECONDS=60

serial_log() {
    echo "$SHARED/serial-$1.log"
}

# The initramfs for the sources as they are, built once and kept.
initramfs() {
    local image scratch
    image=$LAB_CACHE/initramfs-$(cat "$LAB_HOME"/guest/* | cksum | cut -d ' ' -f 1)
    if [[ ! -e $image ]]; then
        need_command gcc 'the guest program'
        need_command cpio "the guest's initramfs"
        need_command busybox "the guest's initramfs"
        scratch=$(mktemp -d "$LAB_CACHE/build.XXXXXX")
        build_initramfs "$scratch" && mv "$scratch/image" "$image"
        rm -rf "$scratch"
        [[ -e $image ]] || die "the guest's initramfs could not be built"
    fi
    echo "$image"
}

build_initramfs() {
    local program
    mkdir -p "$1"/root/{bin,dev,proc}
    for program in tick dirty; do
        gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -static -s -o "$1/root/bin/$program" \
            "$LAB_HOME/guest/$program.c" || return
    done
    cp "$(command -v busybox)" "$1/root/bin/busybox" &&
        install -m 755 "$LAB_HOME/guest/init" "$1/root/init" &&
        (cd "$1/root" && find . | cpio --quiet -o -H newc) >"$1/image"
}

# Kernel and initramfs, where every host sees them.
install_boot_files() {
    local image
    [[ -s $LAB_CACHE/vmlinuz ]] || die "no kernel for the guest: run tests/install-deps --lab"
    [[ ! -e $SHARED/boot/initramfs ]] || return 0
    image=$(initramfs) || exit
    mkdir -p "$SHARED/boot"
    cp "$LAB_CACHE/vmlinuz" "$SHARED/boot/vmlinuz"
    cp "$image" "$SHARED/boot/initramfs.$$" && mv "$SHARED/boot/initramfs.$$" "$SHARED/boot/initramfs"
}

# The options of `lab guest` become the variables of the guest's definition.
parse_guest() {
    local value
    guest=$1 host='' memory='' dirty='' kernel=yes disks=() cpu=qemu64 paused='' bridge='' uuid=''
    tick_ms=$TICK_MS transient=''
    shift
    [[ $guest =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || wrong_usage "a guest cannot be named '$guest'"
    while (($#)); do
        case $1 in
            --no-kernel) kernel='' && shift && continue ;;
            --paused) paused=--paused && shift && continue ;;
            --transient) transient=yes && shift && continue ;;
        esac
        (($# > 1)) || wrong_usage "lab guest: '$1' is unknown or lacks its value"
        value=$2
        case $1 in
            --on) host=$value ;;
            --memory) memory=$value ;;
            --dirty) dirty=$value ;;
            --disk) disks+=("$value") ;;
            --cpu) cpu=$value ;;
            --bridge) bridge=$value ;;
            --uuid) uuid=$value ;;
            --tick) tick_ms=$value ;;
            *) wrong_usage "lab guest: unknown option '$1'" ;;
        esac
        shift 2
    done
    check_guest
}

check_guest() {
    host=${host:-$(hosts | head -n 1)}
    require_host "$host"
    if [[ $dirty ]]; then
        [[ $dirty =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] ||
            wrong_usage "lab guest: --dirty takes MIB_PER_SECOND:MIB, not '$dirty'"
        [[ $kernel ]] || wrong_usage 'lab guest: without a kernel nobody writes to memory'
        memory=${memory:-$((KERNEL_MEMORY_MIB + ${dirty#*:}))}
    fi
    [[ $kernel ]] && memory=${memory:-$KERNEL_MEMORY_MIB} || memory=${memory:-$FIRMWARE_MEMORY_MIB}
    [[ $memory =~ ^[1-9][0-9]*$ ]] || wrong_usage "lab guest: --memory takes MiB, not '$memory'"
}

# disk_path SPEC: shared[:MIB] is on the storage that all hosts see, local[:MIB] on the host's own;
# a sparse image is made of either.  Anything else is a path.
disk_path() {
    local spec=$1 size_mib=64 index=$2
    [[ $spec != *:* ]] || size_mib=${spec#*:}
    case ${spec%%:*} in
        shared) local path=$SHARED/$guest-$index.img outside=$SHARED/$guest-$index.img ;;
        local)
            local path=/var/lib/libvirt/images/$guest-$index.img
            local outside=$STATE/$host/root$path
            ;;
        *) echo "$spec" && return ;;
    esac
    [[ -e $outside ]] || truncate -s "${size_mib}M" "$outside"
    echo "$path"
}

guest_xml() {
    cat <<XML
<domain type='qemu'>
  <name>$guest</name>
  <uuid>${uuid:-$(uuid_of "$LAB" guest "$guest")}</uuid>
  <memory unit='MiB'>$memory</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
$(boot_xml)
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>$cpu</model></cpu>
  <on_reboot>destroy</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>$(command -v qemu-system-x86_64)</emulator>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <serial type='file'><source path='$(serial_log "$guest")' append='on'/><target port='0'/></serial>
$(disks_xml)
$(bridge_xml)
  </devices>
</domain>
XML
}

boot_xml() {
    [[ $kernel ]] || return 0
    cat <<XML
    <kernel>$SHARED/boot/vmlinuz</kernel>
    <initrd>$SHARED/boot/initramfs</initrd>
    <cmdline>console=ttyS0 quiet panic=-1 mitigations=off tick_ms=$tick_ms${dirty:+ dirty=$dirty}</cmdline>
XML
}

disks_xml() {
    local index letters=abcdefghij
    for index in "${!disks[@]}"; do
        cat <<XML
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none'/>
      <source file='$(disk_path "${disks[index]}" "$index")'/>
      <target dev='vd${letters:index:1}' bus='virtio'/>
    </disk>
XML
    done
}

bridge_xml() {
    [[ -z $bridge ]] || cat <<XML
    <interface type='bridge'><source bridge='$bridge'/><model type='virtio'/></interface>
XML
}

# The bridge is made on the guest's first host only: elsewhere it is missing, which is a case to test.
make_bridge() {
    [[ -z $bridge ]] || in_member "$host" ip link show dev "$bridge" >/dev/null 2>&1 ||
        in_member "$host" sh -c "ip link add name '$bridge' type bridge && ip link set dev '$bridge' up"
}

start_guest() {
    parse_guest "$@"
    [[ -z $kernel ]] || install_boot_files
    make_bridge
    guest_xml >"$STATE/guest-$guest.xml"
    : >"$(serial_log "$guest")"
    if [[ $transient ]]; then
        host_virsh "$host" -q create "$STATE/guest-$guest.xml" $paused || exit
    else
        host_virsh "$host" -q define "$STATE/guest-$guest.xml" || exit
        host_virsh "$host" -q start "$guest" $paused ||
            { host_virsh "$host" -q undefine "$guest"; exit 1; }
    fi
    keep_capabilities "$host"
    [[ -z $kernel || $paused ]] || wait_until $BOOT_SECONDS has_ticked "$guest" ||
        die "'$guest' did not tick within $BOOT_SECONDS s; see $(serial_log "$guest")"
}

has_ticked() {
    grep -q '^tick ' "$(serial_log "$1")"
}

host_virsh() {
    local host=$1
    shift
    # Without a terminal of its own: else virsh starts a polkit agent, which complains where polkit is not.
    setsid --wait virsh -c "$(uri_of "$host")" "$@"
}

# where GUEST: "HOST STATE (REASON)" for each host that knows the guest.
where_is() {
    local host state
    for host in $(hosts); do
        state=$(timeout 10 virsh -q -c "$(uri_of "$host")" domstate --reason "$1" 2>/dev/null) || continue
        echo "$host ${state%%$'\n'*}"
    done
}

# Kills the guest's QEMU on a host, as a crash would.
kill_guest() {
    local pid=
    { read -r pid <"$STATE/$2/root/run/libvirt/qemu/$1.pid"; } 2>/dev/null
    [[ -n $pid && $(member_of "$pid") == "$LAB $2" ]] || die "'$1' has no QEMU on '$2'"
    kill -KILL "$pid"
}
