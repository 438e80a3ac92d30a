UPDATE payouts.statement AS s
SET due_at = now() + @pause::interval, problem = @problem
WHERE s.account = @account AND s.day = @day;
