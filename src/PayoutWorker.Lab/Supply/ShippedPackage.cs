namespace PayoutWorker.Lab.Supply;

/// <summary>A package that ships within the worker.</summary>
/// <param name="Sha512">Of the package as its source gave it, lower-case hex; null where the build does not know it.</param>
/// <param name="Licence">SPDX expression; null where the package does not lie on this machine.</param>
/// <param name="Files">Assemblies of it in the output folder.</param>
/// <param name="DependsOn">Names of other packages.</param>
internal sealed record ShippedPackage(
    string Name,
    string Version,
    string? Sha512,
    string? Licence,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> DependsOn
);
