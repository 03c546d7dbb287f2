# Runs a program until this script's standard input closes, then ends it, and all that it started.
# The test holds the other end of that pipe, so that nothing is left behind even when the test is killed.
#
#   keeper.sh SIGNAL FOLDER PROGRAM [ARGUMENT]...
#
# SIGNAL asks the program to end; after ten seconds it is made to. FOLDER, unless empty, is then removed.
set -um
signal=$1 folder=$2
shift 2

exec 3<&0
"$@" </dev/null 3<&- &
program=$!
cat <&3 >/dev/null &
watch=$!
# Bash tells when a job ends; the program's log is not the place.
exec 3<&- >/dev/null 2>&1
trap : INT TERM HUP

wait -n "$program" "$watch"
kill "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
kill -s "$signal" "$program" 2>/dev/null
for _ in {1..100}; do
    [[ -n $(jobs -pr) ]] || break
    sleep 0.1
done
# The program leads a process group of its own: what it left running ends with it.
kill -s KILL -- "-$program" 2>/dev/null
wait "$program" 2>/dev/null
status=$?
[[ -z $folder ]] || rm -rf -- "$folder"
exit "$status"
