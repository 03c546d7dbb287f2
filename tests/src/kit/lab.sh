# The PC/SC laboratory: one pcscd with one virtual reader of two slots, in a mount and a network namespace of
# its own. vpcd listens on all addresses; in here there is only a loopback, and only we are on it.
#
#   lab.sh FOLDER SIMULATOR      (run by unshare)
#
# Standard input takes one command a line, each answered by one line, `ok …` or `error …`:
#
#   insert SLOT STATE [OPTION]...  starts a simulated card in slot 0 or 1   check SLOT
# whether the program of the card still runs   remove SLOT                    takes it out: SIGTERM, and waits
# until it has saved its state   tear SLOT                      tears it out: SIGKILL
#
# When standard input closes everything ends, and the folder goes.
set -u
folder=$1 simulator=$2
first_port=35963
declare -A cards=()

fail() {
    echo "error $*"
    exit 1
}

ip link set lo up || fail "the loopback of the namespace does not come up"
# Where pcscd is not installed as a service its folder is missing, and /run may not be ours to write.
if [[ ! -d /run/pcscd ]]; then
    mount -t tmpfs tmpfs /run && mkdir /run/pcscd || fail "/run cannot be covered"
fi
mount --bind "$folder/socket" /run/pcscd || fail "/run/pcscd cannot be covered"

pcscd --foreground --config "$folder/reader.conf.d" >"$folder/pcscd.log" 2>&1 </dev/null &
pcscd=$!
for _ in {1..200}; do
    [[ -S $folder/socket/pcscd.comm ]] && break
    kill -0 "$pcscd" 2>/dev/null || fail "pcscd ended: $(tail -n 1 "$folder/pcscd.log")"
    sleep 0.05
done
[[ -S $folder/socket/pcscd.comm ]] || fail "pcscd has no socket"
echo "ok ready"

leave() {
    local signal=$1 slot=$2
    local card=${cards[$slot]:-}
    [[ -n $card ]] || return 1
    kill -s "$signal" "$card" 2>/dev/null
    wait "$card" 2>/dev/null
    unset "cards[$slot]"
}

while read -r verb slot state options; do
    case $verb in
    insert)
        if [[ -n ${cards[$slot]:-} ]]; then
            echo "error there is a card in slot $slot"
            continue
        fi
        # The options are words without spaces; they are meant to be split.
        # shellcheck disable=SC2086
        "$simulator" --state "$state" $options --connect "127.0.0.1:$((first_port + slot))" \
            >>"$folder/card-$slot.log" 2>&1 </dev/null &
        cards[$slot]=$!
        echo "ok ${cards[$slot]}"
        ;;
    check) kill -0 "${cards[$slot]:-none}" 2>/dev/null && echo "ok runs" || echo "error the card's program has ended" ;;
    remove) leave TERM "$slot" && echo "ok removed" || echo "error no card in slot $slot" ;;
    tear) leave KILL "$slot" && echo "ok torn" || echo "error no card in slot $slot" ;;
    *) echo "error unknown command $verb" ;;
    esac
done

for slot in "${!cards[@]}"; do
    leave TERM "$slot"
done
kill "$pcscd" 2>/dev/null
wait "$pcscd" 2>/dev/null
rm -rf -- "$folder"
