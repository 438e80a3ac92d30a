# Ends what it was told of when its input ends, which is when the process that holds the other side of the pipe
# dies, however it dies. Words on input: "pid N", "forget N", "dir PATH", "forgetdir PATH".
exec >/dev/null 2>&1
trap '' INT TERM HUP
cd /
set -f
newline='
'
IFS=$newline
pids=
dirs=

# Sets $rest to the list $1 without the item $2.
without() {
  rest=
  for item in $1; do
    [ "$item" = "$2" ] || rest="$rest$item$newline"
  done
}

while IFS= read -r line; do
  value=${line#* }
  case $line in
    'pid '*) pids="$pids$value$newline" ;;
    'forget '*) without "$pids" "$value"; pids=$rest ;;
    'dir '*) dirs="$dirs$value$newline" ;;
    'forgetdir '*) without "$dirs" "$value"; dirs=$rest ;;
  esac
done

# INT is PostgreSQL's fast shutdown, and TERM reaches programs that ignore INT; CONT wakes what was stopped.
for pid in $pids; do
  for signal in INT TERM CONT; do
    kill -s "$signal" -- "-$pid" || kill -s "$signal" -- "$pid"
  done
done

tries=0
while [ "$tries" -lt 30 ]; do
  alive=
  for pid in $pids; do
    kill -s 0 -- "$pid" && alive=1
  done
  [ -n "$alive" ] || break
  sleep 0.1
  tries=$((tries + 1))
done

for pid in $pids; do
  kill -s KILL -- "-$pid"
  kill -s KILL -- "$pid"
done

# What a killed program's children still write can make one removal fail.
for dir in $dirs; do
  tries=0
  while [ -e "$dir" ] && [ "$tries" -lt 20 ]; do
    rm -rf -- "$dir" || sleep 0.2
    tries=$((tries + 1))
  done
done
