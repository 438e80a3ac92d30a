using Dapper;
using Npgsql;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>A schema as lines of text: what two databases must agree in to have the same one.</summary>
internal static class SchemaListing
{
    // The migrator's own book-keeping is not part of the schema.
    private const string Lines = """
        SELECT format('column %s.%s #%s %s null=%s default=%s identity=%s', table_name, column_name, ordinal_position,
            data_type, is_nullable, column_default, identity_generation)
        FROM information_schema.columns WHERE table_schema = 'payouts' AND table_name <> 'migration'
        UNION ALL
        SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint
        WHERE connamespace = 'payouts'::regnamespace AND conrelid IS DISTINCT FROM to_regclass('payouts.migration')
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'payouts' AND tablename <> 'migration'
        UNION ALL
        SELECT pg_get_triggerdef(t.oid)
        FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'payouts'::regnamespace AND NOT t.tgisinternal
        UNION ALL
        SELECT format('relation %s %s owner=%s options=%s grants=%s', relname, relkind, relowner::regrole, reloptions,
            (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) AS a))
        FROM pg_class
        WHERE relnamespace = 'payouts'::regnamespace AND relname NOT LIKE 'migration%'
        UNION ALL
        SELECT format('column grants %s.%s %s', attrelid::regclass, attname,
            (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(attacl) AS a))
        FROM pg_attribute
        WHERE attacl IS NOT NULL AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'payouts'::regnamespace)
        UNION ALL
        SELECT pg_get_functiondef(oid) || (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(proacl) AS a)
        FROM pg_proc WHERE pronamespace = 'payouts'::regnamespace
        UNION ALL
        SELECT format('view %s %s', viewname, definition) FROM pg_views WHERE schemaname = 'payouts'
        UNION ALL
        SELECT format('schema %s', nspacl) FROM pg_namespace WHERE nspname = 'payouts'
        UNION ALL
        SELECT format('move %s %s', from_state, to_state) FROM payouts.legal_move
        UNION ALL
        SELECT format('code %s %s', code, class) FROM payouts.bank_error
        ORDER BY 1
        """;

    public static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>(Lines)];
    }
}
