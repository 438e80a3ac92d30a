namespace PayoutWorker.Lab.Towns;

/// <summary>Card numbers that no bank has issued.</summary>
internal static class CardNumber
{
    /// <summary>16 digits with a right check digit; another number for each <paramref name="i"/>.</summary>
    public static string Of(int i)
    {
        var number = $"220024{i:000000000}";
        var sum = 0;
        for (var place = 0; place < number.Length; place++)
        {
            var digit = (number[^(place + 1)] - '0') * (place % 2 == 0 ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return number + (10 - sum % 10) % 10;
    }
}
