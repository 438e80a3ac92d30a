namespace PayoutWorker.Host.Configuration;

/// <summary>All that is wrong, and what is only unwise, so that one look shows everything.</summary>
internal sealed class Findings
{
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _warnings = [];

    public IReadOnlyList<Problem> Problems => _problems;
    public IReadOnlyList<Problem> Warnings => _warnings;

    public void Add(string path, string expected, string found, string fix) =>
        _problems.Add(new Problem(path, expected, found, fix));

    public void Warn(string path, string expected, string found, string fix) =>
        _warnings.Add(new Problem(path, expected, found, fix));
}
