using System.CommandLine;
using PayoutWorker.Host.Admin;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>hash-password</c>: what Admin:Users:N:PasswordFile holds.</summary>
internal static class HashPasswordVerb
{
    private const int LengthMin = 12;

    public static Command Create()
    {
        var command = new Command("hash-password", "Hash a password, read from standard input, for the sign-in.");
        command.SetAction(
            async (_, cancellationToken) =>
            {
                var password = await Console.In.ReadLineAsync(cancellationToken) ?? "";
                if (password.Length < LengthMin)
                    throw new StartException(
                        $"expected a password of {LengthMin} characters or more on standard input",
                        ExitCode.CheckFailed
                    );
                await Console.Out.WriteLineAsync(PasswordHash.Of(password).ToString());
                return ExitCode.Ok;
            }
        );
        return command;
    }
}
