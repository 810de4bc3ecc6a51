#!/bin/sh
# nginx reads no environment: its port, and the name server of whichever engine runs this container, are put in here.
set -eu
resolver=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }' /etc/resolv.conf)
sed -e "s/@PORT@/${PORT:-8080}/" -e "s/@RESOLVER@/$resolver/" /etc/lantoa-edge/nginx.conf > /tmp/nginx.conf
exec nginx -c /tmp/nginx.conf -g 'daemon off;'
