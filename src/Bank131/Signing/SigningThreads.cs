using System.Collections.Concurrent;

namespace Bank131.Signing;

/// <summary>
/// Signs on threads of its own, one for each core. A signature is half of a call's CPU; on the pool's threads hundreds
/// of them would stand before the next step of a database transaction for which everybody waits.
/// </summary>
internal static class SigningThreads
{
    private static readonly BlockingCollection<Work> Queue = [];

    static SigningThreads()
    {
        for (var n = 1; n <= Environment.ProcessorCount; n++)
            new Thread(Run) { IsBackground = true, Name = $"signing {n}" }.Start();
    }

    /// <returns>The signature; null where no key is valid now.</returns>
    public static Task<string?> SignAsync(ISigner key, ReadOnlyMemory<byte> body)
    {
        var work = new Work(key, body);
        Queue.Add(work);
        return work.Signature.Task;
    }

    private static void Run()
    {
        while (true)
        {
            var work = Queue.Take();
            try
            {
                work.Signature.SetResult(work.Key.Sign(work.Body.Span));
            }
            catch (Exception e)
            {
                work.Signature.SetException(e);
            }
        }
    }

    private sealed record Work(ISigner Key, ReadOnlyMemory<byte> Body)
    {
        public TaskCompletionSource<string?> Signature { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
