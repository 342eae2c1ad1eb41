#!/bin/sh
# Tells the portal how many calls each client id made: the totals of the last two days, as counted by deploy/gateway.conf.
# Place: a task every five minutes, with PORTAIL (https://portail.exemple.fr) and JETON (scope « rendre compte »).
#
# Telling the same day twice does no harm: the portal keeps the greatest total. A day that could not be told for want of a
# network is told on the next run of the same day or of the day after; older files go after thirty-five days.
set -eu

cd "${APPELS:-/var/log/nginx/ror-appels}"
environnement=${ENVIRONNEMENT:-production}

# One line a call: the client id as nginx writes it in JSON, a space, the status. An id that no right can have (more than
# eighty characters) is left out, so that it does not cost the others their count.
totals() {
    awk -v day="$1" -v environment="$environnement" '
        { status = $NF; id = substr($0, 1, length($0) - length(status) - 1) }
        id !~ /^".+"$/ || length(id) > 82 { next }
        { calls[id]++; if (status == 429) throttled[id]++ }
        END {
            printf "{\"environment\": \"%s\", \"days\": [", environment
            for (id in calls) {
                printf "%s{\"client_id\": %s, \"day\": \"%s\", \"calls\": %d, \"throttled\": %d}",
                    separator, id, day, calls[id], throttled[id]
                separator = ", "
            }
            print "]}"
        }' "$1.log"
}

failed=0  # one day refused neither keeps the next from being told nor old files from going
for file in $(ls | grep -E '^[0-9]{4}-[0-9]{2}-[0-9]{2}\.log$' | sort | tail -n 2); do
    totals "${file%.log}" | curl -sSf -o /dev/null --max-time 30 --data-binary @- \
        -H "Authorization: Bearer $JETON" -H "Content-Type: application/json" "$PORTAIL/api/v1/gateways/client-calls" || failed=$?
done
find . -maxdepth 1 -name '20*.log' -mtime +35 -delete
exit "$failed"
