#!/usr/bin/env bash
# Signs in, uploads a file, lists the folder, downloads the file again and compares.
#
#   examples/upload_download.sh http://HOST:PORT USER PASSWORD FILE
#   examples/upload_download.sh http://HOST:PORT USER FILE          password from CLOUDLET_PASSWORD, or asked for
#
# Exit codes: 0 done; 1 the server refused, or the bytes differ; 2 wrong usage; 3 no answer from the server.
set -eu
umask 077 # the cookies are as good as the password while the session lasts

usage() { sed -n '4,5s/^# *//p' "$0" >&2; exit 2; }
fail() { echo "error: $1" >&2; exit "${2:-1}"; }

case $# in
    4) password=$3 file=$4 ;;
    3) password=${CLOUDLET_PASSWORD:-} file=$3 ;;
    *) usage ;;
esac
url=${1%/} USER=$2
[ -f "$file" ] || fail "there is no file $file" 2
[ -n "$password" ] || read -rs -p "Password of $USER: " password || usage

cookies=${USER}_cookie.txt
name=$(basename "$file")
copy=$name.downloaded

# Every call uses this function: it reads the cookies from the file and writes them back. Calls with
# -d and -F are POST requests.
call() {
    local operation=$1
    shift
    curl --silent --show-error --cookie "$cookies" --cookie-jar "$cookies" "$@" "$url/core/$operation" ||
        fail "$url does not answer" 3
}

# An action answers <commands><command><type>..</type><result>1</result><message>..</message></command></commands>.
text() { sed -n "s/.*<$1>\([^<]*\)<\/$1>.*/\1/p" <<< "$2"; }
must_succeed() {
    [ "$(text result "$2")" = 1 ] || fail "$1: $(text message "$2")"
}

rm -f "$cookies"
# The password is passed through a pipe, so that it is not visible in the list of processes.
reply=$(printf %s "$password" | call loginguest --data-urlencode "userid=$USER" --data-urlencode password@-)
must_succeed "cannot sign in as $USER" "$reply"
echo "signed in as $USER, cookies in $cookies"

# Parameters may travel in the query or, as here, as form fields before the file. The answer is exactly OK, or the
# sentence that says why not.
reply=$(call upload --form-string appname=explorer --form-string "path=/$USER" --form-string "filename=$name" \
    --form-string offset=0 --form-string complete=1 --form "file_contents=@-;filename=file" < "$file")
[ "$reply" = OK ] || fail "cannot upload $name: $reply"
echo "uploaded $file to /$USER/$name"

reply=$(call getfilelist --data-urlencode "path=/$USER" --data limit=10 --data sortby=date --data sortdir=-1)
echo "/$USER holds $(text total "$reply") entries, the newest:"
grep -o '<entry>.*' <<< "$reply" | sed 's/<\/entry>/&\n/g' |
    sed -n 's/.*<name>\([^<]*\)<\/name>.*<fullsize>\([^<]*\)<\/fullsize>.*/    \1  \2 bytes/p'

# A download that fails has a status of 400 or more, and the reason as its body.
status=$(call downloadfile --get --data-urlencode "filepath=/$USER/$name" --data-urlencode "filename=$name" \
    --output "$copy" --write-out '%{http_code}')
[ "$status" = 200 ] || fail "cannot download $name: status $status, $(text message "$(head -c 4096 "$copy")")"
cmp "$file" "$copy" || fail "$file and $copy differ"
echo "downloaded to $copy: equal"

must_succeed "cannot sign out" "$(call locksession --data '')"
