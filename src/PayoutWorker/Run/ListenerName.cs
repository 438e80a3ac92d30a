namespace PayoutWorker.Host.Run;

/// <summary>
/// Which listener a connection came in by. Set on the connection itself, so that no header a caller sends can make a
/// request look as if it had come in by the other one.
/// </summary>
internal sealed record ListenerName(string Text)
{
    public static readonly ListenerName Webhook = new("Webhook");
    public static readonly ListenerName Admin = new("Admin");
}
