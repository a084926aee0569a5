# The cells of the kill matrix: which there are, which cannot be, and which keepalive they need.

faults=(droverd source-libvirtd destination-libvirtd source-qemu destination-qemu source-link destination-link reply)
phases=(queued preparing first converging switchover post-copy finishing cancelling)

# Why a fault cannot meet a phase; nothing: it can.
not_applicable() {
    case $1/$2 in
        destination-qemu/queued) echo 'the destination has no QEMU for the guest yet' ;;
        destination-qemu/preparing) echo 'the source has not called the destination yet, which has no QEMU for the guest' ;;
    esac
}

# short: libvirt notices a dead peer after 5 s.  Only where the end must be held up for longer than that,
# it is libvirt's default of 30 s.
keepalive_of() {
    case $1/$2 in
        */finishing | source-qemu/cancelling) echo default ;;
        *) echo short ;;
    esac
}
