# The guest's counter, seen from outside.  A tick's line is "tick N UPTIME_MS", by the guest's clock.

require_serial() {
    [[ -e $(serial_log "$1") ]] || die "lab '$LAB' has no guest '$1'"
}

# The number of the last whole tick.
last_tick() {
    require_serial "$1"
    tail -c 4096 "$(serial_log "$1")" | sed -nE 's/^tick ([0-9]+) [0-9]+$/\1/p' | tail -n 1
}

# watch_ticks GUEST [SECONDS]: "ARRIVAL_SECONDS N UPTIME_MS" for each tick as it arrives.
watch_ticks() {
    local guest=$1 deadline_us='' left_us line number uptime_ms
    require_serial "$guest"
    [[ -z ${2:-} ]] || deadline_us=$((${EPOCHREALTIME/./} + $2 * 1000000))
    exec 3< <(exec tail -n 0 -f --pid $$ "$(serial_log "$guest")")
    tail_pid=$!
    trap 'kill "$tail_pid" 2>/dev/null' EXIT
    trap 'exit 0' INT TERM
    while :; do
        left_us=60000000
        [[ -z $deadline_us ]] || left_us=$((deadline_us - ${EPOCHREALTIME/./}))
        ((left_us > 0)) || return 0
        printf -v left_us '%d.%06d' $((left_us / 1000000)) $((left_us % 1000000))
        read -r -t "$left_us" -u 3 line || continue
        read -r _ number uptime_ms <<<"$line"
        [[ ! $line =~ ^tick\ [0-9]+\ [0-9]+$ ]] || echo "$EPOCHREALTIME $number $uptime_ms"
    done
}

# The longest time that the guest stood still, in ms: from the lines of watch_ticks, what passed
# between two ticks here less what passed for the guest.
longest_pause() {
    awk '
        NR > 1 {
            pause = ($1 - arrival) * 1000 - ($3 - uptime)
            if (pause > longest) longest = pause
            if ($2 != number + 1) lost += $2 - number - 1
        }
        { arrival = $1; number = $2; uptime = $3 }
        END {
            if (NR < 2) exit 1
            if (lost) print "lab: " lost " ticks are missing" > "/dev/stderr"
            printf "%.0f\n", longest
        }' || die 'fewer than two ticks were seen'
}
