#!/bin/sh
# Orders one payout with psql, waits until it is final, and shows what became of it. Run it twice: the same erp_key with
# the same content is paid once. The connection comes from PGHOST, PGDATABASE, PGUSER=payouts_erp and so on.
set -eu
key=${1:-EXAMPLE-PSQL-1}

psql -X -q -v ON_ERROR_STOP=1 -v key="$key" <<'SQL'
INSERT INTO payouts.outbox
    (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose)
VALUES
    (:'key', 'account', 350000, '40702810300200000013', 'Petrov Petr Petrovich', '40817810400009000001', '044525974',
     'Fee under contract 12. VAT exempt')
ON CONFLICT (erp_key) DO NOTHING;
SQL

read_one() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 -v key="$key"
}

while :; do
  state=$(echo "SELECT state FROM payouts.status WHERE erp_key = :'key'" | read_one)
  case $state in
    paid | failed | cancelled | rejected | returned) break ;;
    held) echo "A person must look at it." >&2 && break ;;
  esac
  # psql shows a notification after the next command: it says that something changed, for whichever payout. It may come
  # while nobody listens, so the state is read again each second all the same.
  psql -X -q -o /dev/null -c 'LISTEN payouts_changed' -c 'SELECT pg_sleep(1)'
done

echo "SELECT erp_key, state, in_words, may_pay_again FROM payouts.status WHERE erp_key = :'key'" | read_one
