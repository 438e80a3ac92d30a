using Npgsql;

namespace PayoutWorker.Lab.Postgres;

/// <summary>Reads both forms in which people keep a server's address.</summary>
internal static class PostgresUrl
{
    /// <summary>From <c>postgres://user:password@host:port/database?name=value</c> or an Npgsql string.</summary>
    public static NpgsqlConnectionStringBuilder Parse(string address)
    {
        var isUrl =
            address.StartsWith("postgres://", StringComparison.Ordinal)
            || address.StartsWith("postgresql://", StringComparison.Ordinal);
        return isUrl ? FromUrl(new Uri(address)) : new NpgsqlConnectionStringBuilder(address);
    }

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var result = new NpgsqlConnectionStringBuilder { Host = url.Host };
        if (url.Port > 0)
            result.Port = url.Port;
        if (user[0].Length > 0)
            result.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            result.Password = Uri.UnescapeDataString(user[1]);
        if (url.AbsolutePath.Length > 1)
            result.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
            // libpq's spellings; Npgsql knows them only without the hyphen or under its own name.
            switch (parts[0])
            {
                case "sslmode":
                    result["SSL Mode"] = value.Replace("-", "", StringComparison.Ordinal);
                    break;
                case "host":
                    result.Host = value;
                    break;
                case "application_name":
                    result.ApplicationName = value;
                    break;
                default:
                    result[parts[0]] = value;
                    break;
            }
        }
        return result;
    }
}
