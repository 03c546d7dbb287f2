# Counting for the checks beside it, which source it: a line a check, then artefact × tool × how many were
# taken and refused as they should. A good artefact must be taken, a bad one refused. Needs a folder $work.

passed=0
failed=0
artefact=
declare -A counts
rows=()

about() { # about ARTEFACT: what the checks that follow are about
    artefact=$1
}

count() { # count NAME WHAT(taken|refused|FAILED): the tool is the first word of the name
    local row="$artefact|${1%% *}"
    [ "${counts[$row]+known}" ] || rows+=("$row")
    counts[$row]="${counts[$row]:-} $2"
}

verdict_line() { # verdict_line ARTEFACT TOOL TAKEN REFUSED FAILED
    printf '%-38s %-14s %6s %8s %7s\n' "$@"
}

table() { # what was counted; also into the file VERDICTS, where several checks gather one table
    local row word line
    declare -A sum
    echo
    verdict_line artefact tool taken refused FAILED
    for row in "${rows[@]}"; do
        sum=([taken]=0 [refused]=0 [FAILED]=0)
        for word in ${counts[$row]}; do sum[$word]=$((sum[$word] + 1)); done
        line=$(verdict_line "${row%|*}" "${row##*|}" "${sum[taken]}" "${sum[refused]}" "${sum[FAILED]}")
        echo "$line"
        [ -z "${VERDICTS:-}" ] || echo "$line" >>"$VERDICTS"
    done
    echo
}

verdict() { # verdict NAME GOOD(0|1) WHAT(taken|refused)
    if [ "$2" = 0 ]; then
        passed=$((passed + 1))
        count "$1" "$3"
        echo "ok $1"
    else
        failed=$((failed + 1))
        count "$1" FAILED
        echo "FAIL $1"
        sed 's/^/    /' "$work/output" | head -20
    fi
}

takes() { # takes NAME COMMAND…: the command must succeed
    local name=$1
    shift
    "$@" >"$work/output" 2>&1
    verdict "$name" $? taken
}

says() { # says NAME WORDS COMMAND…: the command must succeed and say the words
    local name=$1 words=$2
    shift 2
    "$@" >"$work/output" 2>&1 && grep -qF -- "$words" "$work/output"
    verdict "$name" $? taken
}

refuses() { # refuses NAME WORDS COMMAND…: the command must fail and say the words
    local name=$1 words=$2
    shift 2
    if "$@" >"$work/output" 2>&1; then
        verdict "$name" 1 refused
    else
        grep -qF -- "$words" "$work/output"
        verdict "$name" $? refused
    fi
}

warns() { # warns NAME WORDS COMMAND…: the command must say the words; its code is not asked
    local name=$1 words=$2
    shift 2
    "$@" >"$work/output" 2>&1
    grep -qF -- "$words" "$work/output"
    verdict "$name" $? refused
}
