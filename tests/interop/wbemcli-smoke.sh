#!/bin/sh
# Reads a CIM server with wbemcli, the only WBEM client that Debian 12 has.
#
#   wbemcli-smoke.sh URL NAMESPACE CLASS [METHOD]
#
# URL: http://HOST:PORT; CLASS: one that has an instance, with an association; METHOD: one without in
# parameters, to be called on that instance.  It must give its out parameters values: wbemcli 1.6.3
# crashes on a NULL one.
# Exits with 77 where there is no wbemcli.
set -eu

[ $# -ge 3 ] || { echo "usage: $0 URL NAMESPACE CLASS [METHOD]" >&2; exit 2; }
command -v wbemcli >/dev/null || { echo "no wbemcli here"; exit 77; }

base="$1/$2"
scheme=${1%%://*}
class=$3
method=${4:-}

fail() {
    echo "not ok - $*" >&2
    exit 1
}

# ask WORD PATTERN ARGUMENTS...: the answer of wbemcli holds PATTERN.
ask() {
    pattern=$1
    shift
    answer=$(wbemcli "$@" 2>&1) || fail "wbemcli $*: $answer"
    case $answer in
    *"$pattern"*) echo "ok - wbemcli $1" ;;
    *) fail "wbemcli $*: no '$pattern' in: $answer" ;;
    esac
}

# refuse CODE ARGUMENTS...: wbemcli reports that CIM error.
refuse() {
    code=$1
    shift
    if answer=$(wbemcli "$@" 2>&1); then
        fail "wbemcli $*: not refused"
    fi
    case $answer in
    *"($code)"*) echo "ok - wbemcli $1 is refused with $code" ;;
    *) fail "wbemcli $*: no '($code)' in: $answer" ;;
    esac
}

ask "$class" ecn "$base"
ask "$class" gc "$base:$class"
ask "$2:" ein "$base:$class"
ask "$2:" ei "$base:$class"
ask "$2:" ei -nl "$base:$class"

instance=$(wbemcli ein "$base:$class" | head -n 1)
ask "$2:" gi "$scheme://$instance"
ask "$2:" gi -nl "$scheme://$instance"
for walk in ain ai rin ri; do
    ask "$2:" $walk "$scheme://$instance"
done
[ -z "$method" ] || ask "$method:" cm "$scheme://$instance" "$method"

refuse 3 ein "$1/no/such/namespace:$class"
refuse 5 ein "$base:No_SuchClass"
refuse 5 gc "$base:No_SuchClass"
refuse 4 ain -ac No_SuchClass "$scheme://$instance"
