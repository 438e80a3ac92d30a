namespace Bank131.Simulator;

/// <summary>
/// What the bank does by itself with a payout after it was taken: check, pay, fail, give up, take back.
/// </summary>
internal sealed class Lifecycle(BankState state, ScriptBook scripts, WebhookDesk webhooks)
{
    public void BeginCheck(BankSession session, BankPayout payout) =>
        state.PlanIn(payout.Script?.Script.CheckDelay ?? state.Options.Delays.Check, () => CheckDone(session));

    /// <summary>All payouts under check have been checked. Doing it twice changes nothing.</summary>
    public void CheckDone(BankSession session)
    {
        if (session.State != SessionState.InProgress)
            return;
        var (asks, failed) = (false, false);
        foreach (var payout in session.Payouts)
        {
            if (payout.State != PayoutState.InProgress || payout.Released)
                continue;
            if (payout.Outcome == Outcome.FailCheck)
            {
                Fail(session, payout, payout.Script?.Script.Code ?? "account_not_found");
                failed = true;
            }
            else if (session.Project.AutoConfirm)
                Release(session, payout);
            else
            {
                payout.State = PayoutState.Pending;
                asks = true;
            }
        }
        if (asks)
            AskToConfirm(session);
        else if (failed && !Conclude(session))
            state.Changed(session);
    }

    /// <summary>From here on the money will leave.</summary>
    public void Release(BankSession session, BankPayout payout)
    {
        payout.Released = true;
        payout.State = PayoutState.InProgress;
        state.PlanIn(payout.Script?.Script.PayDelay ?? state.Options.Delays.Pay, () => PayDone(session));
    }

    /// <summary>All released payouts are decided. Doing it twice changes nothing.</summary>
    public void PayDone(BankSession session)
    {
        if (session.State != SessionState.InProgress)
            return;
        foreach (var payout in session.Payouts)
        {
            if (payout.State != PayoutState.InProgress || !payout.Released)
                continue;
            if (payout.Outcome == Outcome.Error)
            {
                Stall(session, payout);
                return;
            }
            if (payout.Outcome == Outcome.FailAfterConfirm)
                Fail(session, payout, payout.Script?.Script.Code ?? "provider_internal_error");
            else
                Settle(session, payout);
        }
        Conclude(session);
    }

    public void BeginCancel(BankSession session) =>
        state.PlanIn(state.Options.Delays.Cancel, () => CancelDone(session));

    public void CancelDone(BankSession session)
    {
        if (session.State is not (SessionState.Created or SessionState.InProgress) || !session.Cancelling)
            return;
        if (session.Payouts.Exists(p => p.Script?.Script.PaysDespiteCancel == true))
        {
            foreach (var payout in session.Payouts)
                if (!payout.IsFinal)
                    Settle(session, payout);
            Conclude(session);
            return;
        }
        GiveUp(session, "session_cancelled_by_partner", tell: state.Policies.FinishedAfterCancel);
    }

    private void AskToConfirm(BankSession session)
    {
        session.AwaitsConfirm = true;
        if (session.Rko)
            session.ConfirmInformation = state.Writer.ConfirmInformation(
                session.Project,
                session.Payouts[0].ShownToConfirm
            );
        var stage = ++session.Stage;
        state.Changed(session);
        webhooks.Send(session, WebhookType.ReadyToConfirm);
        var patience = session.Payouts.Exists(p => p.Outcome == Outcome.ConfirmTooLate)
            ? TimeSpan.Zero
            : state.Options.Delays.ConfirmTimeout;
        state.PlanIn(
            patience,
            () =>
            {
                if (session.Stage == stage && session.AwaitsConfirm)
                    GiveUp(session, "confirm_timeout", tell: true);
            }
        );
    }

    private void GiveUp(BankSession session, string code, bool tell)
    {
        session.AwaitsConfirm = false;
        session.Stage++;
        foreach (var payout in session.Payouts)
            if (!payout.IsFinal)
                Fail(session, payout, code);
        session.State = SessionState.Cancelled;
        state.Changed(session);
        if (tell && session.Payouts.Count > 0)
            webhooks.Send(session, WebhookType.PaymentFinished);
        PlanLateSuccess(session);
    }

    private bool Conclude(BankSession session)
    {
        if (session.Payouts.Exists(p => !p.IsFinal))
            return false;
        var paid = session.Payouts.Exists(p => p.State == PayoutState.Succeeded);
        var failed = state.Policies.FailedSession == FailedSession.Error ? SessionState.Error : SessionState.Cancelled;
        session.State = paid ? SessionState.Accepted : failed;
        session.AwaitsConfirm = false;
        state.Changed(session);
        webhooks.Send(session, WebhookType.PaymentFinished);
        if (!paid)
            PlanLateSuccess(session);
        return true;
    }

    private void Fail(BankSession session, BankPayout payout, string code)
    {
        payout.State = PayoutState.Failed;
        payout.FinishedAt = state.Now;
        payout.Error = new BankErrorBody(code, code.Replace('_', ' '));
        state.Emit(BankEventKind.Failed, session, code);
    }

    // The session shows "error", which promises nothing; what is true comes out later.
    private void Stall(BankSession session, BankPayout payout)
    {
        var script = payout.Script?.Script;
        session.State = SessionState.Error;
        session.Error = new BankErrorBody(script?.Code ?? "provider_timeout", "the outcome is not known yet");
        if (script?.ErrorShowsFailed == true)
        {
            payout.State = PayoutState.Failed;
            payout.Error = session.Error;
        }
        state.Changed(session);
        webhooks.Send(session, WebhookType.PaymentFinished);
        // By chance (no script) an error resolves to a payment: the case that hurts who believed it failed.
        if (script is null || script.ResolvesAfter is not null)
            state.PlanIn(
                script?.ResolvesAfter ?? TimeSpan.FromSeconds(30),
                () => Resolve(session, paid: script?.ResolvesPaid ?? true)
            );
    }

    private void Resolve(BankSession session, bool paid)
    {
        session.Error = null;
        foreach (var payout in session.Payouts)
        {
            if (payout.State == PayoutState.Succeeded)
                continue;
            payout.Error = null;
            if (paid)
                Settle(session, payout);
            else
                Fail(session, payout, payout.Script?.Script.Code ?? "provider_timeout");
        }
        session.State = paid ? SessionState.Accepted : SessionState.Cancelled;
        state.Changed(session);
        webhooks.Send(session, WebhookType.PaymentFinished);
    }

    private void PlanLateSuccess(BankSession session)
    {
        if (session.Payouts.Count > 0 && session.Payouts[0].Script?.Script.LateSuccessAfter is { } after)
            state.PlanIn(after, () => Resolve(session, paid: true));
    }

    private void Settle(BankSession session, BankPayout payout)
    {
        var paid = payout.Executed;
        payout.State = PayoutState.Succeeded;
        payout.FinishedAt = state.Now;
        state.Ledger.Add(
            new LedgerEntry(
                session.Id,
                payout.Id,
                session.Project.PartnerProject,
                paid.Payee!,
                paid.Bik,
                paid.CardNumber is null ? paid.FullName : paid.RecipientName,
                paid.SenderAccount,
                paid.Amount!.Value,
                paid.Currency!.ToUpperInvariant(),
                state.Now,
                Automatic: session.Project.AutoConfirm,
                session.Confirms,
                RefundedAmount: 0
            )
            {
                Purpose = paid.Description,
                Debited = paid.CardNumber is null ? paid.SenderAccount : session.Project.CardsAccount,
                Reference = StatementDesk.ReferenceIn(payout.Metadata),
            }
        );
        state.Emit(BankEventKind.Settled, session, amount: paid.Amount);
        foreach (var back in payout.Script?.Script.Returns ?? [])
            state.PlanIn(back.After, () => Refund(session, payout, back));
        if (paid.CardNumber is null && scripts.ComesBack(payout.Script))
            state.PlanIn(TimeSpan.FromMinutes(5), () => Refund(session, payout, new ReturnScript(TimeSpan.Zero)));
    }

    private void Refund(BankSession session, BankPayout payout, ReturnScript back)
    {
        var amount = back.Amount ?? payout.Executed.Amount!.Value;
        var currency = payout.Executed.Currency!.ToUpperInvariant();
        var refund = new BankRefund(state.NextRefundId(), back.Status, state.Now, amount, currency);
        payout.Refunds.Add(refund);
        if (back.Status == "accepted")
            state.Ledger.Refund(payout.Id, refund.Id, amount, state.Now);
        state.Emit(BankEventKind.Refunded, session, back.Status, amount);
        state.Changed(session);
        webhooks.Send(session, WebhookType.PaymentRefunded);
    }
}
