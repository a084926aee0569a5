# Results of a test script written in bash: source it, call pass, fail, skip, and finish at the end.
# The last line is "N passed, N failed, N skipped"; the status is 1 when something failed, 77 when all
# was skipped.
passed=0 failed=0 skipped=0

pass() {
    passed=$((passed + 1))
    echo "ok - $1"
}

# fail NAME [DETAIL...]
fail() {
    failed=$((failed + 1))
    echo "not ok - $1"
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
}

skip() {
    skipped=$((skipped + 1))
    echo "ok - $1 # SKIP ${*:2}"
}

# check NAME COMMAND...: passes when the command does.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then pass "$name"; else fail "$name" "$*" "$output"; fi
}

# is NAME GOT EXPECTED
is() {
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:      $2" "expected: $3"; fi
}

# like NAME TEXT REGEX
like() {
    if [[ $2 =~ $3 ]]; then pass "$1"; else fail "$1" "got:         $2" "not matching: $3"; fi
}

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] || exit 1
    [ "$passed" -gt 0 ] || [ "$skipped" -eq 0 ] || exit 77
    exit 0
}
