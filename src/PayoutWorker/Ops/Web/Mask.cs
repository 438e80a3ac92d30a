namespace PayoutWorker.Host.Ops.Web;

/// <summary>Payees in lists: enough to know one's own again, too little to copy.</summary>
internal static class Mask
{
    /// <summary><c>Petrov P. P.</c></summary>
    public static string Name(string? name)
    {
        var words = (name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? "" : string.Join(' ', [words[0], .. words.Skip(1).Take(2).Select(w => $"{w[0]}.")]);
    }

    /// <summary><c>•••• 9535</c></summary>
    public static string Account(string? account, string? last4) =>
        (account is { Length: > 4 } ? account[^4..] : last4) is { } end ? $"•••• {end}" : "";
}
