using System.Buffers;
using System.Text.Json;
using Bank131.Messages;
using PayoutWorker.Payouts;

namespace PayoutWorker.Driving;

/// <summary>From an order to the bytes of each call. The same payout gives the same bytes, so a re-send is the same call.</summary>
internal static class Bodies
{
    /// <param name="cardNumber">The clear number, for the init of a card payout only.</param>
    public static byte[] Of(Step step, Payout payout, string? cardNumber) =>
        step switch
        {
            Step.Create => BankJson.Bytes(new CreateSession(Metadata(payout))),
            Step.Start => BankJson.Bytes(
                new StartPayout(payout.Session!.BankId!, Method(payout, cardNumber), Amount(payout), Parties(payout))
            ),
            Step.Init => BankJson.Bytes(
                new InitPayout(Method(payout, cardNumber), Amount(payout), Parties(payout), Metadata(payout))
            ),
            _ => BankJson.Bytes(
                new DecideSession(
                    payout.Session!.BankId!,
                    payout.Session.ConfirmInformation is { } raw ? new RawJson(raw) : null
                )
            ),
        };

    // The reference finds the payout again where the bank echoes metadata; the ERP's own follows it.
    private static RawJson Metadata(Payout payout)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("ref", payout.BankRef);
            if (payout.Order.Metadata is { } own)
            {
                writer.WritePropertyName("erp");
                writer.WriteRawValue(own);
            }
            writer.WriteEndObject();
        }
        return new RawJson(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static PaymentMethod Method(Payout payout, string? cardNumber)
    {
        var (order, to) = (payout.Order, payout.Order.Recipient);
        return order.Method == Payouts.Method.Card
            ? PaymentMethod.ToCard(cardNumber ?? throw new InvalidOperationException("the card number is not unsealed"))
            : PaymentMethod.Account(
                new RussianAccount(
                    to.Bik!,
                    to.Account!,
                    to.Name!,
                    order.Purpose!,
                    order.IsFast ? true : null,
                    to.Inn,
                    to.Kpp
                )
            );
    }

    private static AmountDetails Amount(Payout payout) =>
        new(payout.Order.Amount.Minor, payout.Order.Amount.Currency.ToLowerInvariant());

    private static ParticipantDetails Parties(Payout payout) =>
        payout.Order.Method == Payouts.Method.Card
            ? new ParticipantDetails(null, new Participant(null, payout.Order.Recipient.Name))
            : new ParticipantDetails(new Participant(payout.Order.SenderAccount, null), null);
}
