namespace PayoutWorker.Host.Configuration;

/// <summary>A part of the program that runs as a process of its own.</summary>
internal enum RunOnly
{
    /// <summary>The jobs and the operators' pages, without the listener that the internet reaches.</summary>
    Worker,

    /// <summary>Takes webhooks into the inbox; no job, no signing or card key, nothing to read.</summary>
    Webhook,
}
