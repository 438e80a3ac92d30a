namespace Bank131.Views;

/// <summary>What an amount without a decimal point counts. Page "Account statements" says <c>int</c> and no unit.</summary>
public enum AmountUnit
{
    /// <summary>Kopecks, as everywhere else in the bank's interface. Assumed.</summary>
    Minor,

    /// <summary>Rubles.</summary>
    Major,
}

/// <summary>Amounts as text to minor units, exactly: no floating point and no decimal on the way.</summary>
internal static class MinorUnits
{
    /// <summary>Null: not a plain number, finer than a kopeck, or beyond 64 bits.</summary>
    /// <param name="text">e.g. <c>-350000</c>, <c>3500.5</c>; no exponent, no spaces.</param>
    /// <param name="unit">Of the number as it stands; a decimal point is read in rubles only.</param>
    public static long? Parse(string? text, AmountUnit unit)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var negative = text[0] == '-';
        var digits = text.AsSpan(negative ? 1 : 0);
        var point = digits.IndexOf('.');
        var fraction = point < 0 ? default : digits[(point + 1)..].TrimEnd('0');
        var whole = point < 0 ? digits : digits[..point];
        if (whole.Length is 0 or > 18 || !AllDigits(whole) || !AllDigits(fraction))
            return null;
        var places = unit == AmountUnit.Major ? 2 : 0;
        if (fraction.Length > places)
            return null;
        var value = 0L;
        try
        {
            foreach (var digit in whole)
                value = checked(value * 10 + (digit - '0'));
            for (var i = 0; i < places; i++)
                value = checked(value * 10 + (i < fraction.Length ? fraction[i] - '0' : 0));
        }
        catch (OverflowException)
        {
            return null;
        }
        return negative ? -value : value;
    }

    private static bool AllDigits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiDigit(c))
                return false;
        return true;
    }
}
