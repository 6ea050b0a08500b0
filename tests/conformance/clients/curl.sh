#!/usr/bin/env bash
# curl as scripts use it: with a cookie jar, forms, `--fail` for the result, and the first line of
# an answer.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
same() { # WHAT FOUND WANTED
    if [ "$2" = "$3" ]; then echo "ok    $1"; else
        echo "FAIL  $1: '$2' instead of '$3'"
        failed=1
    fi
}
call() { curl --silent --cookie jar --cookie-jar jar "$@"; }
status() { call --output body --write-out '%{http_code}' "$@"; }

core=$CLIENT_URL/core folder=/$CLIENT_USER/curl
same "a refused sign-in by its status" "$(status "$core/loginguest" -d "userid=$CLIENT_USER" -d password=wrong)" 400
code=0
call --fail --output body "$core/loginguest" -d "userid=$CLIENT_USER" -d password=wrong || code=$?
same "and with --fail by the exit code" "$code" 22
same "a sign-in" "$(call "$core/loginguest" --data-urlencode "userid=$CLIENT_USER" --data-urlencode "password=$CLIENT_PASSWORD")" \
    '<commands><command><type>loginguest</type><result>1</result><message></message></command></commands>'
same "a folder" "$(call "$core/createfolder" --data-urlencode "path=/$CLIENT_USER" -d name=curl)" \
    '<commands><command><type>createfolder</type><result>1</result><message>Folder Created Successfully</message></command></commands>'

printf 'waves' > 'sea & sand.txt'
same "a file, named by itself" "$(call -F 'file=@sea & sand.txt' "$core/upload?appname=explorer&path=$folder")" OK
same "a file before its place" "$(call -F 'file=@sea & sand.txt' -F "path=$folder" -F filename=late.txt "$core/upload")" OK
same "a file after its place" "$(call -F "path=$folder" -F filename=early.txt -F 'file=@sea & sand.txt' "$core/upload")" OK
same "by the short address" "$(call -F 'file=@sea & sand.txt;filename=short.txt' "$CLIENT_URL/upload?path=$folder")" OK
same "all four are there" "$(call "$core/getfilelist" -d "path=$folder" -d limit=-1 | grep -o '<total>4</total>')" '<total>4</total>'
same "with their bytes" "$(call --get "$core/downloadfile" --data-urlencode "filepath=$folder/sea & sand.txt")" waves
same "a refused upload by its status" "$(status -F 'file=@sea & sand.txt' "$core/upload?path=/nobody-here")" 400
same "which is a sentence" "$(grep -c '<' body)" 0
same "nothing comes of a download without a file" "$(status --get "$core/downloadfile" -d "filepath=$folder/none")" 404
same "a question is answered" "$(status "$core/fileexists" -d "file=$folder/none")" 200
same "JSON on request" "$(call -H 'Accept: application/json' "$core/fileexists" -d "file=$folder/late.txt")" \
    '{"command":[{"type":"fileexists","result":1,"message":"1"}]}'
same "cookies as a header with their attributes" \
    "$(curl --silent -H "Cookie: $(awk '$6 ~ /^tonido-login-(seed|hash)$/ { printf "%s%s=%s; Path=/; HttpOnly", sep, $6, $7; sep = "," }' <(sed 's/^#HttpOnly_//' jar))" \
        "$core/fileexists" -d "file=$folder" | grep -o '<result>1')" '<result>1'
same "signing out" "$(call "$core/locksession" -d '' | grep -o '<result>1')" '<result>1'
same "and nobody after it" "$(status "$core/getfilelist" -d "path=$folder")" 401
exit "$failed"
