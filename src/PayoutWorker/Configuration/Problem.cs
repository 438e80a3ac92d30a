namespace PayoutWorker.Host.Configuration;

/// <summary>What is wrong with one setting, so that a person can put it right at once.</summary>
/// <param name="Path">e.g. <c>Bank:Projects:0:PrivateKeyFile</c>.</param>
/// <param name="Expected">What should stand there.</param>
/// <param name="Found">What stands there; never a secret.</param>
/// <param name="Fix">What to do.</param>
internal sealed record Problem(string Path, string Expected, string Found, string Fix)
{
    public override string ToString() => $"{Path}: expected {Expected}, found {Found}. {Fix}";
}
