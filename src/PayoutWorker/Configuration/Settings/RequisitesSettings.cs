namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Requisites</c>: checks of an order before it is sent.</summary>
internal sealed class RequisitesSettings
{
    /// <summary>Check the control digits of account and INN.</summary>
    public bool CheckKeys { get; init; }
}
