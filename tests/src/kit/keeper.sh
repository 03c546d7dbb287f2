# Runs a program until this script's standard input closes, then ends it, and all that it started.
# The test holds the other end of that pipe, so that nothing is left behind even when the test is killed.
#
#   keeper.sh SIGNAL FOLDER PROGRAM [ARGUMENT]...
#
# SIGNAL asks the program to end; after ten seconds it is made to. FOLDER, unless empty, is then removed.
# The exit code is the program's.

# With job control each job leads a process group of its own, and a whole group can be ended.
set -um
signal=$1 folder=$2
shift 2

exec 3<&0
"$@" </dev/null 3<&- &
program=$!
# Bash tells when a job ends; the program's log is not the place.
exec >/dev/null 2>&1
{
    cat <&3
    kill -s "$signal" "$program"
    for _ in {1..100}; do
        kill -0 "$program" || exit
        sleep 0.1
    done
    kill -s KILL -- "-$program"
} &
watch=$!
exec 3<&-
trap 'kill -s "$signal" "$program"' INT TERM HUP

# A trap ends `wait` early; the program's own status comes when it has gone.
until wait "$program"; status=$?; ! kill -0 "$program"; do :; done
kill -s KILL -- "-$watch" "-$program"
wait "$watch"
[[ -z $folder ]] || rm -rf -- "$folder"
exit "$status"
