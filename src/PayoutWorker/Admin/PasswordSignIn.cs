using System.Net;

namespace PayoutWorker.Host.Admin;

/// <summary>What came of an attempt to sign in.</summary>
internal abstract record SignInResult
{
    internal sealed record Right(AdminUser User) : SignInResult;

    internal sealed record Wrong : SignInResult;

    internal sealed record Locked(TimeSpan For) : SignInResult;

    /// <summary>Too many wait to be checked.</summary>
    internal sealed record Busy : SignInResult;
}

/// <summary>
/// Checks a user and a password. A hash is dear on purpose, so one guess is checked at a time and few may wait: nobody
/// takes the processor from payouts by guessing.
/// </summary>
internal sealed class PasswordSignIn(AdminUsers users, Attempts attempts) : IDisposable
{
    private const int WaitingMax = 8;
    private const int LengthMax = 200;

    private static readonly PasswordHash Nobody = PasswordHash.Of("nobody");

    private readonly SemaphoreSlim _checking = new(1, 1);
    private int _waiting;

    public async Task<SignInResult> TryAsync(
        string name,
        string password,
        IPAddress? address,
        CancellationToken cancellationToken
    )
    {
        if (name.Length > LengthMax || password.Length > LengthMax)
            return new SignInResult.Wrong();
        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            return new SignInResult.Busy();
        }
        try
        {
            await _checking.WaitAsync(cancellationToken);
            try
            {
                return await CheckAsync(name, password, address);
            }
            finally
            {
                _checking.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _checking.Dispose();

    private async Task<SignInResult> CheckAsync(string name, string password, IPAddress? address)
    {
        if (attempts.LockedFor(name, address) is var left && left > TimeSpan.Zero)
            return new SignInResult.Locked(left);
        var user = users.Find(name);
        // Somebody who is not there takes as long as somebody who is.
        var hash = user?.Password ?? Nobody;
        var matches = await Task.Run(() => hash.Matches(password), CancellationToken.None);
        if (user?.Password is not null && matches)
        {
            attempts.Succeeded(name, address);
            return new SignInResult.Right(user);
        }
        return attempts.Failed(name, address)
            ? new SignInResult.Locked(attempts.LockedFor(name, address))
            : new SignInResult.Wrong();
    }
}
