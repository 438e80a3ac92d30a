namespace PayoutWorker.IntegrationTests.Leaks;

/// <summary>Card numbers that no other test uses, of several schemes and of 14 to 19 digits, right by their check digit.</summary>
internal static class Canary
{
    private static readonly (string Begins, int Digits)[] Schemes =
    [
        ("220197", 16),
        ("220197", 19),
        ("453201", 16),
        ("552289", 16),
        ("371449", 15),
        ("360000", 14),
        ("621234", 17),
        ("676770", 18),
    ];

    /// <summary>The number of a path through the program; another one for each.</summary>
    public static string Card(int path)
    {
        var (begins, digits) = Schemes[path % Schemes.Length];
        // Nothing that could stand somewhere by chance, as a row of zeros could.
        var middle = (71_350_000_000_000L + path * 1_234_567L).ToString()[^(digits - 7)..];
        var body = begins + middle;
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var digit = (body[^(i + 1)] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return body + (10 - sum % 10) % 10;
    }
}
