#include "orchestrator/error-catalog.h"

#include <string.h>

#include "orchestrator/return-codes.h"

/* clang-format off */
#define E(kind) [DROVER_FAILURE_##kind]
#define LAST DROVER_FAILURE_REQUEST_VALUE
#define WAITS DROVER_ITSELF_WAITS
#define RETRIES DROVER_ITSELF_RETRIES
#define MAY_RETRY DROVER_ITSELF_MAY_RETRY
#define LOOKS DROVER_ITSELF_LOOKS
#define RECOVERS DROVER_ITSELF_RECOVERS
#define PAUSES DROVER_ITSELF_PAUSES
#define CLEARS DROVER_ITSELF_CLEARS
#define MENDED DROVER_ITSELF_MENDED
#define ENDS DROVER_ITSELF_ENDS
#define REFUSES DROVER_ITSELF_REFUSES

static const DroverErrorInfo catalogue[LAST + 1] = {
    /* reaching the hosts */
    E(HOST_UNREACHABLE) = { DROVER_RC_NOT_AVAILABLE, 2, 5, 4, 1, MAY_RETRY,
        "drover cannot reach host '{host}', so guest '{guest}' was not moved.",
        { "Check that libvirtd runs on '{host}' and that the URI in its [host] group is right: drover hosts shows the reason.",
          "If libvirtd runs but does not answer, it may be out of connections: max_clients in /etc/libvirt/libvirtd.conf.",
          "Start the job again when the host is back: drover resume." } },
    E(DESTINATION_REFUSED) = { DROVER_RC_NOT_AVAILABLE, 2, 5, 4, 1, RETRIES,
        "Host '{source}' could not connect to libvirtd on '{destination}' ({element:its address}).",
        { "Start libvirtd on '{destination}' and let it listen where its peer_uri says (ports 16509 for tcp, 16514 for tls, 22 for ssh), and open the firewall for '{source}'.",
          "Try from the source: virsh -c PEER_URI hostname." } },
    E(NAME_UNRESOLVED) = { DROVER_RC_NOT_AVAILABLE, 2, 77, 4, 6, MAY_RETRY,
        "Host '{source}' cannot resolve the name {element:of the destination} when it moves '{guest}' to '{destination}'.",
        { "Make the name resolvable on '{source}' (DNS or /etc/hosts), or give an address in peer_uri of [host {destination}]." } },
    E(CONNECT_TIMEOUT) = { DROVER_RC_NOT_AVAILABLE, 2, 111, 4, 1, RETRIES,
        "The connection from '{source}' to '{destination}' ({element:its address}) timed out.",
        { "Look for a firewall that drops packets between the two hosts: it should let libvirt's port and 49152-49215 through.",
          "Check the route from '{source}' to '{destination}'." } },
    E(AUTHENTICATION) = { DROVER_RC_ACCESS_DENIED, 7, 117, 5, 2, WAITS,
        "'{destination}' did not accept the credentials of '{source}'.",
        { "A move uses the credentials of root on the source: give root on '{source}' an ssh key, SASL account or client certificate that '{destination}' accepts." } },
    E(TLS_CREDENTIALS) = { DROVER_RC_ACCESS_DENIED, 7, 64, 5, 2, WAITS,
        "The TLS certificates between '{source}' and '{destination}' are missing or not accepted.",
        { "Install CA, certificate and key under /etc/pki (libvirt: /etc/pki/CA, /etc/pki/libvirt; QEMU: /etc/pki/qemu) on both hosts, with names that match, and check their dates.",
          "Or move without TLS on a trusted network." } },
    E(ACCESS_DENIED) = { DROVER_RC_ACCESS_DENIED, 7, 65, 5, 2, WAITS,
        "libvirt on '{host}' denied access to what the move of '{guest}' needs.",
        { "Give drover's user read-write access on both hosts: group libvirt, or a polkit rule for org.libvirt.unix.manage; and no ?readonly in uri or peer_uri." } },
    E(BAD_URI) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 4, 4, WAITS,
        "libvirt does not understand the URI {element:of a host}.",
        { "Correct uri or peer_uri of the host's group in drover.conf, for example qemu+tls://NAME/system, and reload droverd (SIGHUP)." } },
    E(PEER_TO_PEER_UNSUPPORTED) = { DROVER_RC_NOT_SUPPORTED, 10, 58, 4, 7, WAITS,
        "libvirt on '{destination}' cannot take part in peer-to-peer migration.",
        { "Let peer_uri of [host {destination}] name the QEMU driver (qemu+tls://{destination}/system), and use libvirt 9.0 or later there." } },
    E(SAME_HOST) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, WAITS,
        "Guest '{guest}' cannot be moved from '{source}' to '{destination}': that is the same machine.",
        { "Choose another destination: drover hosts lists them.",
          "If these are two machines, correct peer_uri of [host {destination}]." } },
    E(HOST_UUID_CLASH) = { DROVER_RC_FAILED, 4, 79, 4, 1, WAITS,
        "Hosts '{source}' and '{destination}' have the same host UUID, so libvirt takes them for one machine.",
        { "Give each host a host_uuid of its own in /etc/libvirt/libvirtd.conf (cloned machines share the firmware's) and restart libvirtd." } },
    E(DRIVER_CANNOT_MIGRATE) = { DROVER_RC_NOT_SUPPORTED, 10, 58, 4, 7, WAITS,
        "The hypervisor driver of '{host}' cannot migrate guests.",
        { "Use a QEMU host: a URI that begins with qemu." } },
    E(LOCALHOST_NAME) = { DROVER_RC_NOT_AVAILABLE, 2, 77, 4, 1, WAITS,
        "The name of '{destination}' means localhost there, so '{source}' cannot send guest '{guest}' to it.",
        { "Set migration_host in /etc/libvirt/qemu.conf on '{destination}' to an address that '{source}' reaches, and restart libvirtd there.",
          "Or give the host a name in DNS or /etc/hosts that does not lead to 127.0.0.1." } },
    E(SSH_HOST_KEY) = { DROVER_RC_ACCESS_DENIED, 7, 64, 4, 2, WAITS,
        "ssh on '{source}' does not know the host key of '{destination}', or knows another one.",
        { "Check the key, and add it on '{source}' to root's known_hosts: ssh-keyscan {destination} >>/root/.ssh/known_hosts.",
          "If '{destination}' was installed anew, remove the old key first: ssh-keygen -R {destination}." } },
    E(SSH) = { DROVER_RC_NOT_AVAILABLE, 2, 5, 4, 1, WAITS,
        "ssh from '{source}' to '{destination}' failed: {element:see the inner error}.",
        { "Make this work as root on '{source}' without a question: ssh {destination} virsh hostname.",
          "Or use another transport in peer_uri of [host {destination}]: qemu+tls or qemu+tcp." } },
    E(HOST_LIMIT) = { DROVER_RC_NOT_AVAILABLE, 8, 44, 4, 27, RETRIES,
        "'{host}' takes no more calls for now: libvirtd, its queue for guest '{guest}', or sshd is at its limit.",
        { "Raise max_clients, max_workers and max_client_requests in /etc/libvirt/libvirtd.conf, max_queued in qemu.conf or MaxStartups in sshd_config on '{host}'.",
          "Or let fewer moves run at once: drover settings --max-active." } },
    E(ACL_DENIED) = { DROVER_RC_ACCESS_DENIED, 7, 65, 4, 2, WAITS,
        "The access control of libvirt ({element:access_drivers}) forbids the move of guest '{guest}'.",
        { "Add polkit rules for the actions org.libvirt.api.domain.migrate, .start, .write and .getattr, for drover's user on '{source}' and for the user of '{source}' on '{destination}'.",
          "Or take polkit out of access_drivers in /etc/libvirt/libvirtd.conf." } },
    E(DRIVER_NOT_RUNNING) = { DROVER_RC_NOT_AVAILABLE, 9, 72, 4, 1, WAITS,
        "A part of libvirt that guest '{guest}' needs (networks, storage, filters or secrets) does not run on '{destination}'.",
        { "Install and start it there: the package libvirt-daemon-system, or with modular daemons virtnetworkd, virtstoraged, virtnwfilterd and virtsecretd." } },
    /* the guest before the start */
    E(GUEST_NOT_FOUND) = { DROVER_RC_NOT_AVAILABLE, 9, 73, 3, 6, WAITS,
        "Guest '{guest}' is not on host '{host}'.",
        { "drover vms shows where each guest is." } },
    E(GUEST_NOT_RUNNING) = { DROVER_RC_INVALID_STATE, 4, 128, 3, 1, WAITS,
        "Guest '{guest}' is not running on '{source}', so it cannot be moved live.",
        { "Start the guest first (virsh start), or move it later." } },
    E(GUEST_BUSY) = { DROVER_RC_IN_USE, 8, 44, 3, 1, RETRIES,
        "Guest '{guest}' is busy on '{source}': another migration or job runs on it.",
        { "Wait until the other job has ended (virsh domjobinfo {guest}), then start this one again." } },
    E(BLOCK_JOB_ACTIVE) = { DROVER_RC_IN_USE, 8, 44, 3, 1, RETRIES,
        "A block job runs on a disk of guest '{guest}'.",
        { "Let it end or abort it (virsh blockjob {guest} DISK --abort), then start the job again." } },
    E(HAS_SNAPSHOTS) = { DROVER_RC_INVALID_STATE, 4, 129, 3, 1, WAITS,
        "Guest '{guest}' has snapshots, which libvirt does not move.",
        { "Delete them, or their metadata, first: virsh snapshot-list {guest}." } },
    E(STATE_LOCK) = { DROVER_RC_IN_USE, 8, 111, 4, 1, RETRIES,
        "libvirt on '{host}' did not free guest '{guest}' for the move: another call holds it.",
        { "Try again when the other call has ended: libvirtd's log on '{host}' names it." } },
    E(DEVICE_NOT_MIGRATABLE) = { DROVER_RC_NOT_SUPPORTED, 10, 2, 4, 7, WAITS,
        "Guest '{guest}' has a device that cannot be moved: {element:see the inner error}.",
        { "Detach the device (host device, shared folder, transient disk …) for the time of the move.",
          "Or shut the guest down and move it cold." } },
    E(AUTODESTROY) = { DROVER_RC_INVALID_STATE, 4, 129, 3, 1, WAITS,
        "Guest '{guest}' ends with the client that started it (autodestroy), so libvirt does not move it.",
        { "Shut it down and start it without that: virsh start {guest}, without --autodestroy." } },
    E(GUEST_CONFIG) = { DROVER_RC_INVALID_STATE, 10, 8, 4, 1, WAITS,
        "The definition of guest '{guest}' lacks what a move needs: {element:see the inner error}.",
        { "Correct it with virsh edit {guest} (for the CPU feature invtsc: give the TSC a frequency, or leave the feature out), and restart the guest." } },
    /* what the destination lacks */
    E(CPU_INCOMPATIBLE) = { DROVER_RC_NOT_SUPPORTED, 5, 38, 4, 7, WAITS,
        "The CPU of '{destination}' cannot run guest '{guest}': {element:it lacks what the guest uses}.",
        { "Choose a destination with that CPU, or give the guest a CPU model that all hosts have (virsh hypervisor-cpu-baseline) and restart it." } },
    E(MACHINE_TYPE_MISSING) = { DROVER_RC_NOT_SUPPORTED, 10, 58, 4, 7, WAITS,
        "'{destination}' does not have what guest '{guest}' runs on: {element:its machine type or emulator}.",
        { "Install the same (or a newer) QEMU on '{destination}', or choose another destination." } },
    E(MEMORY_SHORT) = { DROVER_RC_OUT_OF_MEMORY, 8, 33, 4, 27, RETRIES,
        "'{destination}' does not have enough free memory for guest '{guest}'.",
        { "Free memory on '{destination}' or choose another destination: drover hosts shows what is free." } },
    E(DISK_NOT_SHARED) = { DROVER_RC_INVALID_STATE, 6, 50, 4, 1, WAITS,
        "A disk of guest '{guest}' ({element:its image}) is not on storage that '{source}' and '{destination}' share.",
        { "Put the image on shared storage (NFS, Ceph, iSCSI …) that both hosts mount at the same path.",
          "Or copy the disks with it by libvirt's own means: virsh migrate --live --p2p --copy-storage-all {guest} URI." } },
    E(DISK_MISSING) = { DROVER_RC_NOT_AVAILABLE, 6, 73, 4, 6, WAITS,
        "'{destination}' does not find {element:a disk} of guest '{guest}'.",
        { "Mount the storage on '{destination}' at the same path, or create the image there." } },
    E(DISK_ACCESS) = { DROVER_RC_ACCESS_DENIED, 7, 65, 4, 2, WAITS,
        "'{destination}' may not open {element:a disk} of guest '{guest}'.",
        { "Let QEMU's user on '{destination}' read and write the image: the same uid and gid on both hosts, and NFS without root_squash trouble." } },
    E(DISK_SIZE) = { DROVER_RC_INVALID_PARAMETER, 6, 50, 4, 4, WAITS,
        "The image of disk '{element:NAME}' on '{destination}' does not have the size of the source's.",
        { "Remove the image on '{destination}' (after a look at it) or make it exactly as large as the source's." } },
    E(STORAGE_POOL_MISSING) = { DROVER_RC_NOT_AVAILABLE, 9, 73, 4, 6, WAITS,
        "'{destination}' has no storage pool at {element:the path of a disk} to copy the disks of '{guest}' to.",
        { "Define and start a pool with that target path on '{destination}' (virsh pool-define-as), or create the image there beforehand." } },
    E(NO_SPACE) = { DROVER_RC_NOT_AVAILABLE, 6, 50, 4, 1, WAITS,
        "There is no space left on '{destination}' for the disks of guest '{guest}'.",
        { "Free space in the pool on '{destination}', or choose another destination." } },
    E(DISK_COPY) = { DROVER_RC_FAILED, 6, 24, 4, 1, MAY_RETRY,
        "Copying disk '{element:NAME}' of guest '{guest}' to '{destination}' failed.",
        { "Look at the inner error and at the image on '{destination}', remove what was half copied, and start the job again." } },
    E(NETWORK_MISSING) = { DROVER_RC_NOT_AVAILABLE, 9, 73, 4, 6, WAITS,
        "Guest '{guest}' is attached to network '{element:NAME}', which '{destination}' does not have.",
        { "Define the network on '{destination}': virsh net-dumpxml on the source, virsh net-define there." } },
    E(NETWORK_INACTIVE) = { DROVER_RC_NOT_AVAILABLE, 9, 72, 4, 1, WAITS,
        "Network '{element:NAME}' of guest '{guest}' is not active on '{destination}'.",
        { "Start it there: virsh net-start {element:NETWORK}." } },
    E(BRIDGE_MISSING) = { DROVER_RC_NOT_AVAILABLE, 9, 73, 4, 6, WAITS,
        "'{destination}' has no bridge or interface {element:for a network card} of guest '{guest}'.",
        { "Create it there (ip link add {element:BRIDGE} type bridge, and in the network configuration), or choose another destination." } },
    E(NAME_IN_USE) = { DROVER_RC_IN_USE, 1, 79, 4, 11, MAY_RETRY,
        "'{destination}' already has another guest named '{guest}'.",
        { "Rename or remove the other one (virsh domrename, virsh undefine) after a look at it." } },
    E(UUID_IN_USE) = { DROVER_RC_IN_USE, 1, 79, 4, 11, WAITS,
        "'{destination}' already has a guest with the UUID of '{guest}'.",
        { "Find out which of the two is the right one before anything else: drover vms and virsh list --all --uuid. Give a clone a UUID of its own." } },
    E(PORTS_USED_UP) = { DROVER_RC_NOT_AVAILABLE, 8, 44, 4, 27, RETRIES,
        "'{destination}' has no free port left for an incoming move.",
        { "Wait for moves to end, lower the limit, or widen migration_port_min/max in /etc/libvirt/qemu.conf on '{destination}'." } },
    E(SECRET_MISSING) = { DROVER_RC_NOT_AVAILABLE, 7, 73, 4, 6, WAITS,
        "'{destination}' lacks a secret that guest '{guest}' needs ({element:see the inner error}).",
        { "Define the secret there and set its value: virsh secret-define, virsh secret-set-value." } },
    E(SECURITY_LABEL) = { DROVER_RC_ACCESS_DENIED, 7, 114, 4, 2, WAITS,
        "The security driver (SELinux, AppArmor) of '{destination}' refused guest '{guest}'.",
        { "Look at the audit log there; on NFS set virt_use_nfs; use the same security driver on both hosts." } },
    E(LOCK_HELD) = { DROVER_RC_IN_USE, 8, 57, 5, 1, WAITS,
        "The lock manager holds the lease of a disk of guest '{guest}' for somebody else.",
        { "Find who holds it (another copy of the guest, a backup; virtlockd's or sanlock's log) before anything else: two users of one image destroy it." } },
    E(HOOK_REFUSED) = { DROVER_RC_FAILED, 1, 8, 4, 1, WAITS,
        "A hook script on '{host}' refused guest '{guest}'.",
        { "Look at /etc/libvirt/hooks/qemu on '{host}': its words are in the inner error." } },
    E(DESTINATION_START) = { DROVER_RC_FAILED, 4, 48, 4, 1, WAITS,
        "QEMU did not start on '{destination}' for guest '{guest}'.",
        { "Read /var/log/libvirt/qemu/{guest}.log on '{destination}': its end says why." } },
    E(XML_MISMATCH) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 4, 4, WAITS,
        "The definition meant for '{destination}' does not fit the running guest '{guest}'.",
        { "Change only what the guest cannot see (paths, bridges), nothing of its hardware." } },
    E(NWFILTER_MISSING) = { DROVER_RC_NOT_AVAILABLE, 9, 73, 4, 6, WAITS,
        "A network card of guest '{guest}' uses the network filter {element:of its definition}, which '{destination}' does not have.",
        { "Define it there: virsh nwfilter-dumpxml on the source, virsh nwfilter-define on '{destination}'." } },
    E(HUGEPAGES_MISSING) = { DROVER_RC_OUT_OF_MEMORY, 8, 33, 4, 1, WAITS,
        "'{destination}' does not have the huge pages that back the memory of guest '{guest}'.",
        { "Mount hugetlbfs on '{destination}' and set up enough pages of the guest's size (sysctl vm.nr_hugepages), then restart libvirtd there." } },
    E(VERSION_SKEW) = { DROVER_RC_NOT_SUPPORTED, 4, 58, 4, 7, WAITS,
        "libvirt or QEMU on '{destination}' does not understand what '{source}' sends for guest '{guest}': {element:their versions or the device models differ}.",
        { "Bring both hosts to the same versions of libvirt and QEMU; moves from an older to a newer one work more often than back.",
          "Or choose another destination: virsh version shows what each host has." } },
    E(LOCK_DRIVER_MISMATCH) = { DROVER_RC_NOT_SUPPORTED, 4, 8, 4, 7, WAITS,
        "'{source}' and '{destination}' protect disks by different lock managers.",
        { "Set the same lock_manager in /etc/libvirt/qemu.conf on both hosts, and restart libvirtd." } },
    E(DISK_LOCKED) = { DROVER_RC_IN_USE, 8, 57, 5, 1, WAITS,
        "QEMU on '{destination}' could not lock a disk image of guest '{guest}': another QEMU has it open.",
        { "Find which guest or tool has the image open (lsof, qemu-img info, virsh domblklist) before anything else: two writers destroy it.",
          "If the disk is meant to be used by several guests, mark it <shareable/>." } },
    E(PORT_PROFILE) = { DROVER_RC_FAILED, 6, 7, 4, 1, WAITS,
        "The switch at '{destination}' did not accept the port profile of a network card of guest '{guest}'.",
        { "Check lldpad on '{destination}' and the port profile on the switch that it is connected to." } },
    E(HOST_SETUP) = { DROVER_RC_FAILED, 6, 108, 4, 1, WAITS,
        "The system of '{destination}' did not let libvirt set up guest '{guest}': {element:systemd-machined, control groups or the firewall}.",
        { "Look at the journal of '{destination}' around that time (journalctl -u libvirtd -u systemd-machined), mend it, and restart libvirtd." } },
    E(DISK_PRECREATE) = { DROVER_RC_NOT_SUPPORTED, 10, 50, 4, 7, WAITS,
        "libvirt could not make the target image for a disk of guest '{guest}' on '{destination}'.",
        { "Make it there beforehand, in the same format and exactly as large: qemu-img create; or remove one that is in the way." } },
    /* how the move was asked for */
    E(PORT_IN_USE) = { DROVER_RC_INVALID_PARAMETER, 2, 44, 4, 4, WAITS,
        "The migration port or address that was asked for ({element:see the inner error}) is in use or does not exist on '{destination}'.",
        { "Let libvirt choose the port, or name a free one." } },
    E(MIGRATION_URI) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, WAITS,
        "libvirt does not accept the migration address {element:that was given}.",
        { "Give an IP address of '{destination}', or nothing: libvirt then chooses." } },
    E(DATA_CHANNEL) = { DROVER_RC_NOT_AVAILABLE, 2, 5, 4, 1, WAITS,
        "The hosts talk to each other, but '{source}' cannot send memory to '{destination}' at {element:its address}.",
        { "Open ports 49152-49215 on '{destination}' for '{source}', or set migration_host in its qemu.conf to an address that '{source}' reaches." } },
    E(FLAGS_EXCLUSIVE) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, WAITS,
        "Options of the move exclude each other: {element:see the inner error}.",
        { "Leave one of them out." } },
    E(OPTION_UNSUPPORTED) = { DROVER_RC_NOT_SUPPORTED, 10, 58, 3, 7, WAITS,
        "libvirt or QEMU on the hosts does not support {element:an option of the move}.",
        { "Leave the option out, or upgrade libvirt and QEMU on both hosts." } },
    E(OPTION_INVALID) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, WAITS,
        "A value of the move's options is not accepted: {element:see the inner error}.",
        { "Correct the value: the inner error names the range." } },
    E(COMPRESSION_UNKNOWN) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, WAITS,
        "Compression method '{element:NAME}' is not known to libvirt on '{source}'.",
        { "Use xbzrle, or no compression." } },
    E(ZEROCOPY_NEEDS_STREAMS) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, WAITS,
        "Zero-copy needs parallel streams.",
        { "Ask for two or more streams, or leave zero-copy out." } },
    E(RDMA_NEEDS_LIMIT) = { DROVER_RC_INVALID_STATE, 4, 8, 3, 1, WAITS,
        "An RDMA move needs a hard memory limit on guest '{guest}'.",
        { "Set one (virsh memtune {guest} --hard-limit …), or move over TCP." } },
    E(TLS_REQUIRED) = { DROVER_RC_ACCESS_DENIED, 7, 8, 3, 2, WAITS,
        "A host allows encrypted moves only (migrate_tls_force).",
        { "Ask for TLS: TransportType 3." } },
    E(NOTHING_TO_RESUME) = { DROVER_RC_INVALID_STATE, 4, 129, 3, 1, WAITS,
        "There is no broken post-copy of guest '{guest}' to resume.",
        { "drover vms shows where the guest is." } },
    E(OPTION_TYPE) = { DROVER_RC_INCORRECT_TYPE, 4, 8, 3, 13, WAITS,
        "An option of the move has a value of the wrong type: {element:see the inner error}.",
        { "drover and libvirt on '{source}' do not fit together: use libvirt 9.0 or later there, or leave the option out." } },
    /* while it moved */
    E(GUEST_STOPPED) = { DROVER_RC_INVALID_STATE, 9, 128, 5, 1, WAITS,
        "Guest '{guest}' shut itself down while it was being moved; it is off on '{source}'.",
        { "If that was not meant, start it again: virsh start {guest} on '{source}'." } },
    E(GUEST_DESTROYED) = { DROVER_RC_INVALID_STATE, 9, 128, 5, 1, WAITS,
        "Guest '{guest}' was destroyed (virsh destroy) while it was being moved; it is off.",
        { "If that was not meant, start it again on '{source}'." } },
    E(SOURCE_QEMU_DIED) = { DROVER_RC_FAILED, 4, 48, 7, 1, WAITS,
        "QEMU of guest '{guest}' died on '{source}' while it was being moved; the guest is off.",
        { "Start the guest again on '{source}' (virsh start {guest}).",
          "Read /var/log/libvirt/qemu/{guest}.log there." } },
    E(DESTINATION_QEMU_DIED) = { DROVER_RC_NOT_AVAILABLE, 4, 48, 4, 1, RETRIES,
        "The stream of guest '{guest}' to '{destination}' ended at its other end; the guest still runs on '{source}'.",
        { "QEMU on '{destination}' has died, or was killed: read /var/log/libvirt/qemu/{guest}.log there, then start the job again: drover resume.",
          "If that log is silent, somebody may have aborted the move (virsh domjobabort): QEMU 7.2 then sometimes says broken pipe as well." } },
    E(SOURCE_LOST) = { DROVER_RC_NOT_AVAILABLE, 2, 7, 4, 28, RETRIES,
        "libvirtd on '{source}' was lost while guest '{guest}' was being moved; the guest still runs there.",
        { "Look why libvirtd on '{source}' stopped or its link broke, then start the job again: drover resume." } },
    E(DESTINATION_LOST) = { DROVER_RC_NOT_AVAILABLE, 2, 7, 4, 1, RETRIES,
        "'{source}' lost libvirtd on '{destination}' while guest '{guest}' was being moved; the guest still runs on '{source}'.",
        { "Check libvirtd on '{destination}' and the link between the two hosts, then start the job again: drover resume." } },
    E(STREAM_BROKEN) = { DROVER_RC_FAILED, 2, 69, 4, 1, RETRIES,
        "The connection that carries the memory of guest '{guest}' to '{destination}' broke; the guest still runs on '{source}'.",
        { "Check the migration network between the hosts and QEMU's log on '{destination}', then start the job again." } },
    E(POSTCOPY_BROKEN) = { DROVER_RC_STATUS_UNKNOWN, 2, 7, 6, 1, RECOVERS,
        "Post-copy of guest '{guest}' broke: it stands still, half on '{source}' and half on '{destination}'.",
        { "Do not destroy or start the guest on either host: both halves are needed.",
          "Mend the link between the two hosts." } },
    E(NO_PROGRESS) = { DROVER_RC_TIMEOUT, 3, 35, 4, 1, RETRIES,
        "The move of guest '{guest}' sent nothing for {element:too long} and was aborted; the guest still runs on '{source}'.",
        { "Look for what hangs: QEMU or libvirtd on '{destination}', a full disk there, or a link that carries nothing (ping, and virsh -c its URI list).",
          "If such a pause is expected, allow a longer one: drover migrate --no-progress-timeout, or no_progress_timeout_s in drover.conf." } },
    E(IO_ERROR) = { DROVER_RC_FAILED, 6, 24, 5, 1, WAITS,
        "Guest '{guest}' was stopped by an I/O error while it was being moved.",
        { "Mend its storage on '{source}', then resume the guest there." } },
    E(KEEPALIVE) = { DROVER_RC_NOT_AVAILABLE, 2, 111, 4, 1, RETRIES,
        "libvirtd on '{host}' stayed silent for too long (keepalive) while guest '{guest}' was being moved; the guest still runs on '{source}'.",
        { "Look for a libvirtd that hangs, a host without CPU time, or a link that drops packets: virsh -c its URI list should answer at once.",
          "When it answers, start the job again: drover resume." } },
    E(ENDED_AT_DESTINATION) = { DROVER_RC_FAILED, 4, 48, 7, 1, WAITS,
        "Guest '{guest}' arrived on '{destination}' and ended there before the move was over; it is off.",
        { "Start the guest again, on one host only: virsh start {guest} on '{destination}'.",
          "Read /var/log/libvirt/qemu/{guest}.log there." } },
    E(RAN_TWICE) = { DROVER_RC_FAILED, 2, 7, 3, 1, MENDED,
        "Guest '{guest}' moved to '{destination}', but the word of it was lost, so that libvirt woke it on '{source}' as well, for a short time; that copy was destroyed.",
        { "Check the guest's file systems if it can write to a disk that both hosts reach without a lock.",
          "Look for what broke the link between libvirtd on '{source}' and on '{destination}'." } },
    /* ends */
    E(CANCELLED) = { DROVER_RC_FAILED, 1, 1, 2, 1, ENDS,
        "The move of guest '{guest}' was terminated by {element:a client}.",
        { "Nothing needs to be done: the guest is on '{source}'. Submit a new job to move it." } },
    E(KILLED) = { DROVER_RC_FAILED, 1, 1, 2, 1, ENDS,
        "The move of guest '{guest}' was killed by {element:a client}.",
        { "The guest is on '{source}'. Look for leftovers on '{destination}' (virsh list --all) before the next move." } },
    E(CANCELLED_ELSEWHERE) = { DROVER_RC_FAILED, 1, 1, 3, 1, WAITS,
        "The move of guest '{guest}' was aborted on '{source}' by somebody else (virsh domjobabort).",
        { "Ask who aborted it; start the job again: drover resume." } },
    E(OUTCOME_UNKNOWN) = { DROVER_RC_STATUS_UNKNOWN, 2, 7, 6, 1, LOOKS,
        "Contact with {element:a host} was lost while guest '{guest}' was being moved: where it runs is not known yet.",
        { "Do not start the guest anywhere. Bring {element:the host} back: drover then looks at both hosts by itself." } },
    E(RUNS_TWICE) = { DROVER_RC_STATUS_UNKNOWN, 4, 81, 6, 1, PAUSES,
        "Guest '{guest}' was found on both '{source}' and '{destination}'; the copy on '{source}' was paused.",
        { "Decide which copy is to stay (the one on '{destination}' has run on). On the other's host: virsh destroy {guest}, then virsh undefine {guest}.",
          "Check the guest's file systems if both wrote to one disk." } },
    E(GUEST_LOST) = { DROVER_RC_FAILED, 4, 48, 7, 1, WAITS,
        "Guest '{guest}' runs neither on '{source}' nor on '{destination}': its memory is lost.",
        { "End what is left of it: virsh destroy {guest}, on each host where virsh list still shows it.",
          "Then start it from its disks; a libvirtd that refuses that because of a job must be started again first." } },
    E(LEFTOVER) = { DROVER_RC_FAILED, 6, 1, 3, 1, CLEARS,
        "The move of guest '{guest}' ended, but {element:something} stayed behind.",
        { "Remove it by hand after a look at it." } },
    /* the rest */
    E(QEMU) = { DROVER_RC_FAILED, 4, 47, 4, 1, WAITS,
        "QEMU on '{host}' refused or failed the move of guest '{guest}'.",
        { "The inner error has QEMU's words; /var/log/libvirt/qemu/{guest}.log on both hosts has more." } },
    E(LIBVIRT) = { DROVER_RC_FAILED, 4, 47, 4, 1, MAY_RETRY,
        "libvirt could not move guest '{guest}' from '{source}' to '{destination}'.",
        { "The inner error has libvirt's words; libvirtd's log on both hosts has more." } },
    E(INTERNAL) = { DROVER_RC_FAILED, 4, 49, 5, 1, WAITS,
        "drover itself failed to carry out the move of guest '{guest}'.",
        { "Look at droverd's log for the job's id, and report it." } },
    /* requests that are refused */
    E(REQUEST_GUEST) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, REFUSES,
        "drover knows no guest {element:of that name}.",
        { "drover vms lists the guests; one on a host that is down is not listed." } },
    E(REQUEST_HOST) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, REFUSES,
        "drover knows no host {element:of that name}.",
        { "drover hosts lists the hosts; each has a [host NAME] group in drover.conf." } },
    E(REQUEST_JOB_ACTIVE) = { DROVER_RC_IN_USE, 8, 44, 3, 1, REFUSES,
        "Guest '{guest}' has a job already: {element:see drover jobs}.",
        { "Wait for that job, or cancel it: drover cancel ID." } },
    E(REQUEST_OPTION) = { DROVER_RC_NOT_SUPPORTED, 10, 58, 3, 7, REFUSES,
        "drover does not offer {element:an option of the request}.",
        { "Leave it out." } },
    E(REQUEST_VALUE) = { DROVER_RC_INVALID_PARAMETER, 4, 8, 3, 4, REFUSES,
        "The request has a value that cannot be used: {element:a parameter}.",
        { "Correct it, or leave it out for the default." } },
};

static const struct {
    const char *text;
    const char *retried;
} by_itself[] = {
    [DROVER_ITSELF_WAITS] = { "Nothing: the job waits for you, and drover resume starts it again.", "no" },
    [DROVER_ITSELF_RETRIES] = { "Tries again, as often as the attempts of the job allow, each time after a longer delay; "
        "at once when a host that was lost is back.", "yes" },
    [DROVER_ITSELF_MAY_RETRY] = { "Tries again where the cause may pass by itself; else the job waits for you.", "sometimes" },
    [DROVER_ITSELF_LOOKS] = { "Looks at both hosts until each has said what it has of the guest, and ends the job with the "
        "truth; until then it starts, stops and removes nothing.", "no" },
    [DROVER_ITSELF_RECOVERS] = { "Keeps both halves of the guest, resumes the post-copy when the hosts reach each other "
        "again, and ends the job with what both say.", "no" },
    [DROVER_ITSELF_PAUSES] = { "Pauses the copy on the source at once, and touches neither copy after that.", "no" },
    [DROVER_ITSELF_CLEARS] = { "Has tried to remove it, and completes the job with this warning.", "no" },
    [DROVER_ITSELF_MENDED] = { "Has destroyed the copy on the source, and completes the job with this warning.", "no" },
    [DROVER_ITSELF_ENDS] = { "Aborts the move and ends the job, as it was told to; the guest stays on the source.", "no" },
    [DROVER_ITSELF_REFUSES] = { "Refuses the request: no job is made, and no host is touched.", "no" },
};
/* clang-format on */

const DroverErrorInfo *
drover_error_info(DroverFailureKind kind)
{
    if ((guint) kind > LAST || !catalogue[kind].message) {
        return &catalogue[DROVER_FAILURE_INTERNAL];
    }
    return &catalogue[kind];
}

const char *
drover_error_by_itself(const DroverErrorInfo *info)
{
    return by_itself[info->itself].text;
}

const char *
drover_error_retried(const DroverErrorInfo *info)
{
    return by_itself[info->itself].retried;
}

gboolean
drover_error_kind_exists(guint number)
{
    return number <= LAST && catalogue[number].message;
}

char *
drover_error_message_id(DroverFailureKind kind)
{
    return g_strdup_printf("DROVER%04u", (guint) kind);
}

/* What {guest} and the others stand for. */
typedef struct {
    const char *guest;
    const char *source;
    const char *destination;
    const char *host;    /* nullable, like … */
    const char *element; /* … the element */
} Names;

static const Names nobody = {"GUEST", "SOURCE", "DESTINATION", "HOST", NULL};

static Names
names_of(const DroverFailure *failure)
{
    return (Names){
        .guest = failure->guest ? failure->guest : "?",
        .source = failure->source ? failure->source : "the source",
        .destination = failure->destination ? failure->destination : "the destination",
        .host = failure->where == DROVER_SIDE_SOURCE ? failure->source : failure->destination,
        .element = failure->element,
    };
}

/* The value of {name}, or NULL. */
static const char *
lookup(const Names *known, const char *name, gsize length)
{
    const struct {
        const char *name;
        const char *value;
    } names[] = {
        {"guest", known->guest}, {"source", known->source},   {"destination", known->destination},
        {"host", known->host},   {"element", known->element},
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strlen(names[i].name) == length && !strncmp(names[i].name, name, length)) {
            return names[i].value;
        }
    }
    return NULL;
}

static char *
expand(const Names *names, const char *template)
{
    GString *text = g_string_new(NULL);
    const char *open;

    while ((open = strchr(template, '{'))) {
        const char *close = strchr(open, '}');
        gsize length = strcspn(open + 1, ":}");
        const char *otherwise = open[1 + length] == ':' ? open + length + 2 : NULL;
        const char *value = lookup(names, open + 1, length);

        g_string_append_len(text, template, open - template);
        if (value) {
            g_string_append(text, value);
        } else if (otherwise) {
            g_string_append_len(text, otherwise, close - otherwise);
        } else {
            g_string_append_c(text, '?');
        }
        template = close + 1;
    }
    g_string_append(text, template);
    return g_string_free(text, FALSE);
}

static char **
expand_actions(const Names *names, const DroverErrorInfo *info)
{
    GPtrArray *actions = g_ptr_array_new();

    for (guint i = 0; i < G_N_ELEMENTS(info->actions) && info->actions[i]; i++) {
        g_ptr_array_add(actions, expand(names, info->actions[i]));
    }
    g_ptr_array_add(actions, NULL);
    return (char **) g_ptr_array_free(actions, FALSE);
}

char *
drover_error_message(const DroverFailure *failure)
{
    Names names = names_of(failure);

    return expand(&names, drover_error_info(failure->kind)->message);
}

char **
drover_error_actions(const DroverFailure *failure)
{
    Names names = names_of(failure);

    return expand_actions(&names, drover_error_info(failure->kind));
}

char *
drover_error_general_message(DroverFailureKind kind)
{
    return expand(&nobody, drover_error_info(kind)->message);
}

char **
drover_error_general_actions(DroverFailureKind kind)
{
    return expand_actions(&nobody, drover_error_info(kind));
}

char **
drover_error_arguments(const DroverFailure *failure)
{
    const char *const parts[] = {failure->guest, failure->source, failure->destination,
                                 failure->element};
    GPtrArray *arguments = g_ptr_array_new();

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i]) {
            g_ptr_array_add(arguments, g_strdup(parts[i]));
        }
    }
    g_ptr_array_add(arguments, NULL);
    return (char **) g_ptr_array_free(arguments, FALSE);
}
