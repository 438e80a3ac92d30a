SELECT code, class FROM payouts.bank_error;
