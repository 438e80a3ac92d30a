#!/usr/bin/env python3
"""Orders one payout with psycopg 3 (Debian: python3-psycopg), waits for its end and prints it.

The connection comes from PGHOST, PGDATABASE, PGUSER=payouts_erp and so on. Run it twice: it is paid once.
"""

import select
import sys
from decimal import Decimal

import psycopg

FINAL = {"paid", "failed", "cancelled", "rejected", "returned"}
ORDER = """
    INSERT INTO payouts.outbox
        (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose)
    VALUES (%(key)s, 'account', %(amount)s, %(sender)s, %(name)s, %(account)s, %(bik)s, %(purpose)s)
    ON CONFLICT (erp_key) DO NOTHING
"""
STATUS = "SELECT state, in_words, reason, may_pay_again FROM payouts.status WHERE erp_key = %s"


def kopecks(rubles: str) -> int:
    """Minor units, exactly: never by float."""
    return int((Decimal(rubles) * 100).to_integral_exact())


def main() -> int:
    key = sys.argv[1] if len(sys.argv) > 1 else "EXAMPLE-PYTHON-1"
    # Each statement is a transaction of its own: an order is seen by a worker from its commit on.
    with psycopg.connect(autocommit=True) as connection:
        connection.execute("LISTEN payouts_changed")
        told = []
        connection.add_notify_handler(told.append)
        order = {
            "key": key,
            "amount": kopecks("3500.00"),
            "sender": "40702810300200000013",
            "name": "Petrov Petr Petrovich",
            "account": "40817810400009000002",
            "bik": "044525974",
            "purpose": "Fee under contract 12. VAT exempt",
        }
        try:
            connection.execute(ORDER, order)
        except psycopg.errors.DatabaseError as error:
            # PW041: another order bears this key. Nothing was ordered; look before you order anew.
            print(error.sqlstate, error.diag.message_primary, file=sys.stderr)
            return 1
        while True:
            told.clear()
            state, words, reason, may_pay_again = connection.execute(STATUS, (key,)).fetchone()
            if state in FINAL or state == "held":
                print(f"{key}: {state} ({words})", f"reason: {reason}" if reason else "", sep="\n")
                print("may be paid again:", may_pay_again)
                return 0 if state == "paid" else 2
            # A notification says that something changed. It may get lost, so look each half minute all the same.
            if not told:
                select.select([connection], [], [], 30)


if __name__ == "__main__":
    sys.exit(main())
