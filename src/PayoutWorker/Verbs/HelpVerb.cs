using System.CommandLine;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>help</c>: everything on one screen.</summary>
internal static class HelpVerb
{
    private const string Text = """
        PayoutWorker pays the rows of payouts.outbox through Bank 131.

          run              run the worker         [--config FILE] [--log json|simple] [--only worker|webhook]
          migrate          bring the database schema up to date   [--config FILE]
          check-config     show all problems of the configuration [--config FILE] [--database] [--show] [--only ...]
          health           ask the worker here whether it is ready [--config FILE] [--url URL]
          reconcile        compare a day with the bank's statement --account NUMBER --day YYYY-MM-DD
                           or with the bank's register     --register FILE --project NAME --day YYYY-MM-DD
          export           payouts of some days as CSV            --from DAY --to DAY [--output FILE] [--excel]
          verify-audit     compute the seals of the history anew   [--day D | --from D | --payout KEY] [--root D=HEX]
          evidence         one payout in a file for an auditor     --erp-key KEY [--out FILE]
          keys new         make a pair that signs our requests    --environment demo|live --out DIR --name NAME
          keys new-sealing make the pair and the hash key for cards  (the same options)
          keys show        show key files without their secrets   FILE...
          seal-card        seal a card number from standard input --key PUB --erp-key KEY
          hash-password    hash a password for the sign-in, from standard input
          help, --version

        Configuration: appsettings.json beside the program, then --config FILE, then environment variables
        PAYOUTS_Section__Key, e.g. PAYOUTS_Database__ConnectionString. docs/configuration.md lists every key.

        Exit codes: 0 done or ready; 1 a check said no, or the command line is wrong; 2 cannot start or migrate.
        """;

    public static Command Create()
    {
        var command = new Command("help", "Show everything on one screen.");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine(Text);
            return ExitCode.Ok;
        });
        return command;
    }
}
