using System.Security.Cryptography;

namespace PayoutWorker.Lab.Towns;

/// <summary>The key pairs of both sides, made anew for each town, with the worker's share of them as files.</summary>
internal sealed class TownKeys : IDisposable
{
    // What a key file of the demo bank begins with: such a key is refused for the live one.
    private const string Mark = "# payouts key; environment: demo\n";

    private readonly RSA _partner = RSA.Create(2048);
    private readonly RSA _bank = RSA.Create(2048);
    private readonly RSA _cards = RSA.Create(2048);
    private readonly string _folder;
    private readonly Lazy<RSA> _nextPartner = new(() => RSA.Create(2048));
    private readonly Lazy<RSA> _nextBank = new(() => RSA.Create(2048));

    public TownKeys(string folder)
    {
        _folder = folder;
        PartnerPrivateFile = Path.Combine(folder, "partner.key");
        BankPublicFile = Path.Combine(folder, "bank.pub");
        CardsPrivateFile = Path.Combine(folder, "cards.key");
        CardsPublicFile = Path.Combine(folder, "cards.pub");
        BodyHashFile = Path.Combine(folder, "body-hash.key");
        AtRestFile = Path.Combine(folder, "at-rest.key");
        EndpointAtRestFile = Path.Combine(folder, "endpoint-at-rest.key");
        Write(PartnerPrivateFile, Mark + _partner.ExportPkcs8PrivateKeyPem() + "\n");
        Write(BankPublicFile, _bank.ExportSubjectPublicKeyInfoPem() + "\n");
        Write(CardsPrivateFile, Mark + _cards.ExportPkcs8PrivateKeyPem() + "\n");
        Write(CardsPublicFile, _cards.ExportSubjectPublicKeyInfoPem() + "\n");
        foreach (var secret in new[] { BodyHashFile, AtRestFile, EndpointAtRestFile })
            Write(secret, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
    }

    public string PartnerPrivateFile { get; }
    public string BankPublicFile { get; }
    public string CardsPrivateFile { get; }
    public string CardsPublicFile { get; }
    public string BodyHashFile { get; }
    public string AtRestFile { get; }

    /// <summary>Of the webhook endpoint alone, so that it cannot read what the worker wrote.</summary>
    public string EndpointAtRestFile { get; }

    /// <summary>Opens what the workers sealed, for tests that look into the database.</summary>
    public AtRest.BodyVault Vault() =>
        new(new AtRest.KeyRing([Key(AtRestFile), Key(EndpointAtRestFile)]), TimeProvider.System);

    public string PartnerPublicPem => _partner.ExportSubjectPublicKeyInfoPem();
    public string BankPrivatePem => _bank.ExportPkcs8PrivateKeyPem();

    public string NextPartnerPublicPem => _nextPartner.Value.ExportSubjectPublicKeyInfoPem();
    public string NextBankPrivatePem => _nextBank.Value.ExportPkcs8PrivateKeyPem();

    /// <summary>Writes our next private key and the bank's next public key.</summary>
    public (string PartnerPrivateFile, string BankPublicFile) WriteNext()
    {
        var (partner, bank) = (Path.Combine(_folder, "partner-2.key"), Path.Combine(_folder, "bank-2.pub"));
        Write(partner, Mark + _nextPartner.Value.ExportPkcs8PrivateKeyPem() + "\n");
        Write(bank, _nextBank.Value.ExportSubjectPublicKeyInfoPem() + "\n");
        return (partner, bank);
    }

    /// <summary>What the ERP does with a card number before it inserts it.</summary>
    public byte[] Seal(string cardNumber, string erpKey) => Cards.CardSeal.Seal(cardNumber, erpKey, _cards);

    /// <summary>Signs as the bank does, for webhooks that a test sends itself.</summary>
    public string SignAsBank(byte[] body) =>
        Convert.ToBase64String(_bank.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public void Dispose()
    {
        _partner.Dispose();
        _bank.Dispose();
        _cards.Dispose();
        foreach (var next in new[] { _nextPartner, _nextBank })
            if (next.IsValueCreated)
                next.Value.Dispose();
    }

    private static byte[] Key(string file) => Convert.FromBase64String(File.ReadAllText(file).Trim());

    private static void Write(string file, string text)
    {
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
