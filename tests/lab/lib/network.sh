# The lab's network: a switch (a bridge in namespaces of its own, where no firewall of this machine
# looks at the frames between two hosts), a link from it to each host, and one to this machine's own
# namespace, so that droverd and virsh reach the hosts.  Each lab has its own 10.A.B.0/24.

UPLINK_OCTET=254 # this machine's own address in the lab

# A link's name has 15 characters at most, a lab's name may have more.
uplink_name() {
    local sum
    sum=$(cksum <<<"$LAB")
    printf 'dl-%08x' "${sum%% *}"
}

# A /24 that no address and no route of this machine mentions.
choose_subnet() {
    local sum used start try prefix
    sum=$(cksum <<<"$LAB")
    start=$((${sum%% *} % 8192))
    used=$(ip -4 -o address show && ip -4 route show table all)
    for ((try = 0; try < 8192; try++)); do
        prefix=10.$((224 + (start + try) % 8192 / 256)).$(((start + try) % 256))
        [[ $used == *" $prefix."* ]] || { echo "$prefix" && return; }
    done
    die 'no free 10.x.y.0/24 network'
}

subnet() {
    cat "$STATE/subnet"
}

# address_of HOST: its number in the list of hosts is its last octet.
address_of() {
    local number
    number=$(grep -nxF -- "$1" "$STATE/hosts")
    echo "$(subnet).${number%%:*}"
}

prepare_switch() {
    : # nothing but its network, which is made from outside
}

# Choosing a network and taking it must not interleave with another lab's doing the same.
connect_switch() {
    local link prefix pid
    link=$(uplink_name)
    pid=$(keeper switch)
    in_member switch ip -batch - <<BATCH || die 'no bridge'
link set dev lo up
link add name br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0
link set dev br0 up
BATCH
    exec 9<"$LAB_CACHE"
    flock 9
    prefix=$(choose_subnet)
    echo "$prefix" >"$STATE/subnet"
    ip link add name "$link" type veth peer name uplink netns "$pid" || die "no link '$link'"
    ip -batch - <<BATCH || die "no address for '$link'"
address add $prefix.$UPLINK_OCTET/24 dev $link
link set dev $link up
BATCH
    exec 9>&-
    in_member switch ip link set dev uplink master br0 up
}

# connect_host HOST: a cable from the switch (where its end has the host's name) to the host's eth0.
connect_host() {
    in_member switch ip -batch - <<BATCH || die "'$1' gets no cable"
link add name $1 type veth peer name eth0 netns $(keeper "$1")
link set dev $1 master br0 up
BATCH
    in_member "$1" ip -batch - <<BATCH || die "'$1' gets no address"
link set dev lo up
address add $(address_of "$1")/24 dev eth0
link set dev eth0 up
BATCH
}

remove_uplink() {
    ip link delete "$(uplink_name)" 2>/dev/null
    return 0
}

# cut HOST [--silent]: pull the cable, or (silent) let everything vanish without a sign of it.
cut_host() {
    if [[ ${2:-} == --silent ]]; then
        need_command iptables 'lab cut --silent'
        in_member "$1" iptables --wait -I INPUT ! -i lo -j DROP &&
            in_member "$1" iptables --wait -I OUTPUT ! -o lo -j DROP
    else
        in_member switch ip link set dev "$1" down
    fi
}

# Undoes all cuts of a host, of both kinds, however often it was cut.
mend_host() {
    in_member switch ip link set dev "$1" up
    command -v iptables >/dev/null || return 0
    while in_member "$1" iptables --wait -D INPUT ! -i lo -j DROP 2>/dev/null; do :; done
    while in_member "$1" iptables --wait -D OUTPUT ! -o lo -j DROP 2>/dev/null; do :; done
}

# limit HOST RATE|off: of its cable, in each direction (RATE as tc has it: 200mbit).
limit_host() {
    local rate=$2
    need_command tc 'lab limit'
    if [[ $rate == off ]]; then
        in_member switch tc qdisc delete dev "$1" root 2>/dev/null
        in_member "$1" tc qdisc delete dev eth0 root 2>/dev/null
        return 0
    fi
    in_member switch tc qdisc replace dev "$1" root tbf rate "$rate" burst 256k latency 50ms &&
        in_member "$1" tc qdisc replace dev eth0 root tbf rate "$rate" burst 256k latency 50ms ||
        die "this kernel does not limit a link (tc's tbf), or '$rate' is no rate"
}

# drop_replies SOURCE DESTINATION [off]: what DESTINATION's libvirtd says no longer reaches SOURCE, while
# bare acknowledgements do: the call arrives, its reply never does.
drop_replies() {
    local rule action=-A
    [[ ${3:-} != off ]] || action=-D
    need_command iptables 'lab drop-replies'
    rule=(INPUT -p tcp -s "$(address_of "$2")" --sport 16509 -m length --length 70:65535 -j DROP)
    in_member "$1" iptables --wait "$action" "${rule[@]}" ||
        die "this kernel's iptables cannot drop by length"
}

# block_calls SOURCE DESTINATION [off]: what SOURCE sends to DESTINATION's libvirtd gets lost on the way.
block_calls() {
    local rule action=-A
    [[ ${3:-} != off ]] || action=-D
    need_command iptables 'lab block-calls'
    rule=(OUTPUT -p tcp -d "$(address_of "$2")" --dport "$LIBVIRT_PORT" -j DROP)
    in_member "$1" iptables --wait "$action" "${rule[@]}" || die "this kernel's iptables cannot drop by port"
}
