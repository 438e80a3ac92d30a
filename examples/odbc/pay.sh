#!/bin/sh
# The same over ODBC, with unixODBC's isql and Debian's odbc-postgresql. What stands here as SQL is what any program
# sends through the driver. The connection comes from PGHOST, PGPORT, PGDATABASE and PGUSER=payouts_erp.
set -eu
key=${1:-EXAMPLE-ODBC-1}
# UseDeclareFetch=0 and Protocol=7.4-1: each statement commits by itself, and an error takes back that statement alone.
connection="DRIVER={PostgreSQL Unicode};Servername=${PGHOST:-localhost};Port=${PGPORT:-5432};Database=${PGDATABASE:-payouts}"
connection="$connection;UID=${PGUSER:-payouts_erp};PWD=${PGPASSWORD:-};SSLmode=${PGSSLMODE:-prefer};UseDeclareFetch=0;Protocol=7.4-1"

run() {
  # -b: no prompts; -d: what separates columns; one statement on a line.
  isql -k "$connection" -v -b -d'|'
}

echo "INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose) VALUES ('$key', 'account', 350000, '40702810300200000013', 'Petrov Petr Petrovich', '40817810400009000003', '044525974', 'Fee under contract 12. VAT exempt') ON CONFLICT (erp_key) DO NOTHING" | run >&2

# ODBC knows no LISTEN: ask now and then.
while :; do
  row=$(echo "SELECT erp_key, state, in_words, may_pay_again FROM payouts.status WHERE erp_key = '$key'" | run)
  case $row in
    *'|paid|'* | *'|failed|'* | *'|cancelled|'* | *'|rejected|'* | *'|returned|'* | *'|held|'*) break ;;
  esac
  sleep 1
done
echo "$row"
