# The scene of a lab test: source it after setting DROVER_LAB; needs root, else the script ends as skipped.
#
#   open_scene HOSTS [LINES...]   a lab with these hosts (and the options in the array lab_options), and a
#                                 droverd that knows them (its configuration ends with LINES)
#   job_field ID EXPRESSION       of `drover --json job ID`, as Python over j
#   wait_job ID [STATES]          until it has ended (or is in one of STATES, comma-separated)
#   runs_on GUEST                 the hosts on which libvirt says that it runs, sorted
#   message_of ID                 MessageID of its error
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
build=${DROVER_BUILD:-$PWD/build}
. tests/lib/report.sh
lab=$PWD/tests/lab/lab
json=$PWD/tests/lib/json
"$lab" check || exit 77
. tests/lib/droverd.sh

close_scene() {
    trap - EXIT
    stop_droverd
    "$lab" down
    rm -rf "$work"
}
trap close_scene EXIT
trap 'exit 130' INT TERM

open_scene() {
    local hosts=$1
    shift
    # shellcheck disable=SC2086
    "$lab" up $hosts --owner $$ ${lab_options[@]+"${lab_options[@]}"} || { echo "the lab did not come up"; exit 1; }
    droverd_config http_listen=127.0.0.1:0
    "$lab" config >>"$work/drover.conf"
    [ $# -eq 0 ] || printf '%s\n' "$@" >>"$work/drover.conf"
    start_droverd || exit 1
    wait_hosts
}

# wait_for SECONDS COMMAND...
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

all_hosts_up() {
    [ "$(droverctl --json hosts | "$json" 'sum(h["State"] != "up" for h in j)')" = 0 ]
}

wait_hosts() {
    wait_for 30 all_hosts_up || { droverctl hosts; echo "hosts did not come up"; exit 1; }
}

sees_guest() {
    [ "$(droverctl --json vms | "$json" "sum(v['ElementName'] == '$1' and v['State'] in ('running', 'paused') for v in j)")" = 1 ]
}

# guest NAME OPTIONS...: starts one, and waits until droverd has seen it.
guest() {
    "$lab" guest "$@" >/dev/null || { echo "guest $1 did not start"; exit 1; }
    wait_for 10 sees_guest "$1" || { droverctl vms; echo "droverd does not see guest $1"; exit 1; }
}

job_field() {
    droverctl --json job "$1" | "$json" "$2"
}

in_state() {
    local state
    state=$(job_field "$1" 'j["JobState"]')
    case ",$2," in *",$state,"*) ;; *) return 1 ;; esac
}

wait_job() {
    wait_for "${3:-90}" in_state "$1" "${2:-7,8,9,10,32768}"
}

# submit GUEST HOST [OPTIONS]: a detached move; prints its id.
submit() {
    droverctl --json migrate "$1" --to "$2" --detach "${@:3}" | "$json" 'j["InstanceID"]'
}

runs_on() {
    "$lab" where "$1" | awk '$2 == "running" || $2 == "paused" { print $1 }' | sort | tr '\n' ' ' | sed 's/ $//'
}

message_of() {
    droverctl --json error "$1" | "$json" 'j[0]["MessageID"] if j else None'
}

# fails_with NAME ID MESSAGE-ID RETURN-CODE: a job that has failed tells all that an error must tell.
fails_with() {
    local error
    wait_job "$2" 10 100 || { fail "$1" "the job did not fail: $(droverctl job "$2")"; return; }
    error=$(droverctl --json error "$2")
    is "$1: MessageID" "$("$json" 'j[0]["MessageID"]' <<<"$error")" "$3"
    [[ $error == *"\"$3\""* ]] || { droverctl error "$2"; "$lab" log alpha | tail -5; "$lab" log beta | tail -5; grep -av '^tick' "$("$lab" path)"/shared/serial-*.log | tail -9; } | sed 's/^/#   /'
    is "$1: return code" "$(job_field "$2" 'j["ErrorCode"]')" "$4"
    check "$1: arguments, cause and advice are there" "$json" \
        '1 / bool(j[0]["MessageArguments"] and j[0]["RecommendedActions"] and j[0]["ProbableCause"] and j[0]["ErrorType"])' <<<"$error"
    check "$1: libvirt's own words are the inner error" "$json" \
        '1 / (len(j) > 1 and j[1]["OwningEntity"] == "libvirt" and len(j[1]["Message"]) > 0)' <<<"$error"
}
