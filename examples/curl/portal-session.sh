#!/usr/bin/env bash
# An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server.
# socat, inetd or systemd starts it for each connection, with the request on standard input.
set -uo pipefail
export LC_ALL=C

portal_server_url=${PORTAL_SERVER_URL:-http://localhost:4000}
bearer='^[Bb]earer [A-Za-z0-9._~+/-]+=*$'
# Longer than the deadline of chargebee-portal-server, 9 seconds.
timeout_seconds=10
max_request_bytes=16384
max_answer_bytes=65536
max_header_lines=100
string='"([^"\\[:cntrl:]]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
member="$string[[:space:]]*:[[:space:]]*($string|-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null)"
# What the portal server answers: an object that has no other ones within it.
json_object="^[[:space:]]*[{][[:space:]]*($member([[:space:]]*,[[:space:]]*$member)*)?[[:space:]]*[}][[:space:]]*$"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# send STATUS CONTENT_TYPE FILE [HEADER…]
send() {
  local status=$1 content_type=$2 file=$3
  shift 3
  printf 'HTTP/1.1 %s \r\ncontent-type: %s\r\ncontent-length: %s\r\ncache-control: no-store\r\nconnection: close\r\n' \
    "$status" "$content_type" "$(wc -c <"$file")"
  (($#)) && printf '%s\r\n' "$@"
  printf '\r\n'
  [[ ${method:-} == HEAD ]] || cat "$file"
  exit 0
}

# Sends problem details (RFC 9457), like chargebee-portal-server: problem STATUS CODE DETAIL [HEADER…]
problem() {
  printf '{"status":%s,"code":"%s","detail":"%s"}' "$1" "$2" "$3" >"$work/problem"
  send "$1" application/problem+json "$work/problem" "${@:4}"
}

IFS=' ' read -r -t 15 -n 8192 method target _ || exit 0
authorization='' length=0 lines=0
while IFS= read -r -t 15 -n 8192 line && line=${line%$'\r'} && [[ -n $line ]]; do
  ((++lines <= max_header_lines)) || problem 431 TOO_MANY_HEADERS 'There are too many headers.'
  value=${line#*:} value=${value#"${value%%[! ]*}"}
  case ${line,,} in
  authorization:*) authorization=$value ;;
  content-length:*) length=$value ;;
  transfer-encoding:*) problem 411 LENGTH_REQUIRED 'Send a Content-Length.' ;;
  esac
done

path=${target%%\?*}
[[ $path == /portal-session || $path == /manage-payment-sources ]] || problem 404 NOT_FOUND 'Not found.'
[[ $method == POST ]] || problem 405 METHOD_NOT_ALLOWED 'Use POST.' 'allow: POST'
[[ $authorization =~ $bearer ]] || problem 401 UNAUTHENTICATED 'Sign in.' 'www-authenticate: Bearer'
[[ $length =~ ^[0-9]{1,5}$ ]] && ((10#$length <= max_request_bytes)) ||
  problem 413 PAYLOAD_TOO_LARGE 'The request is too large.'
: >"$work/request"
if ((10#$length > 0)); then timeout 15 head -c "$((10#$length))" >"$work/request"; fi

# Pass the token to curl in a file, because other users of the machine can see arguments.
printf 'authorization: %s\ncontent-type: application/json\n' "$authorization" >"$work/token"
if ! curl --silent --show-error --max-time "$timeout_seconds" --header "@$work/token" \
  --data-binary "@$work/request" --dump-header "$work/headers" "$portal_server_url$path" 2>"$work/error" |
  head -c "$((max_answer_bytes + 1))" >"$work/answer"; then
  echo "The portal server cannot be used: $(head -c 500 "$work/error")" >&2
  problem 503 BILLING_UNAVAILABLE 'Billing is not available. Try again later.'
fi

status='' content_type='' headers=()
while IFS=' ' read -r name value; do
  value=${value%$'\r'}
  case ${name,,} in
  http/*) status=${value%% *} ;;
  content-type:) content_type=$value ;;
  retry-after: | www-authenticate: | x-request-id:) headers+=("$name $value") ;;
  esac
done <"$work/headers"
# Do not forward redirects: the caller would send the token to their target.
if [[ $status == 3* || ! ${content_type,,} =~ ^application/(problem\+)?json || $(wc -c <"$work/answer") -gt $max_answer_bytes ]]; then
  echo "The portal server answered $status without JSON, or too much of it." >&2
  problem 503 BILLING_UNAVAILABLE 'Billing is not available. Try again later.'
fi
if [[ ! $(<"$work/answer") =~ $json_object ]]; then
  echo "The portal server answered $status with malformed JSON." >&2
  problem 503 BILLING_UNAVAILABLE 'Billing is not available. Try again later.'
fi
send "$status" "$content_type" "$work/answer" "${headers[@]}"
